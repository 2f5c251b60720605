-- C114: nor does SET DEFAULT without a default set a column of the primary key to NULL
CREATE TABLE p(id INTEGER PRIMARY KEY); INSERT INTO p VALUES(1);
CREATE TABLE c(p BIGINT PRIMARY KEY, FOREIGN KEY (p) REFERENCES p(id) ON UPDATE SET DEFAULT); INSERT INTO c VALUES(1);
-- message
c(p) REFERENCES p: its SET DEFAULT fails from now on, as "p" is part of the primary key, which holds no NULL in PostgreSQL
-- plan
-- postgresql
UPDATE p SET id = 2;
! 23502
