-- C114: SET NULL of a column of the primary key fails in PostgreSQL, which is said
CREATE TABLE p(id INTEGER PRIMARY KEY); INSERT INTO p VALUES(1);
CREATE TABLE c(p TEXT PRIMARY KEY, FOREIGN KEY (p) REFERENCES p(id) ON DELETE SET NULL); INSERT INTO c VALUES(1);
-- message
c(p) REFERENCES p: its SET NULL fails from now on, as "p" is part of the primary key, which holds no NULL in PostgreSQL
-- plan
p.id bigint not null identity, next 2
c.p bigint by text-to-integer not null
ALTER TABLE "p" ADD CONSTRAINT "p_pkey" PRIMARY KEY ("id")
ALTER TABLE "c" ADD CONSTRAINT "c_pkey" PRIMARY KEY ("p")
ALTER TABLE "c" ADD CONSTRAINT "c_p_fkey" FOREIGN KEY ("p") REFERENCES "p" ("id") ON DELETE SET NULL
warning key-type-unified: c.p
info cascade: c(p) REFERENCES p
warning foreign-key-action: c(p) REFERENCES p
-- postgresql
DELETE FROM p;
! 23502
