-- C114: SET NULL of a column of the primary key fails in PostgreSQL, which is said
CREATE TABLE p(id INTEGER PRIMARY KEY); INSERT INTO p VALUES(1);
CREATE TABLE c(p TEXT PRIMARY KEY, FOREIGN KEY (p) REFERENCES p(id) ON DELETE SET NULL); INSERT INTO c VALUES(1);
-- message
c(p) REFERENCES p: its SET NULL fails from now on, as "p" is part of the primary key, which holds no NULL in PostgreSQL
-- plan
-- postgresql
DELETE FROM p;
! 23502
