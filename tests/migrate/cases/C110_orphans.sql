-- C110: all rows arrive; the key binds what comes from now on
CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(x INT REFERENCES p(id)); INSERT INTO p VALUES(1); INSERT INTO c VALUES(99), (NULL), (1);
-- message
99
-- plan
p.id bigint not null identity, next 2
c.x bigint
ALTER TABLE "p" ADD CONSTRAINT "p_pkey" PRIMARY KEY ("id")
ALTER TABLE "c" ADD CONSTRAINT "c_x_fkey" FOREIGN KEY ("x") REFERENCES "p" ("id") NOT VALID
warning orphans: c(x) REFERENCES p (1)
-- postgresql
SELECT x FROM c ORDER BY x;
= 1
= 99
= NULL
SELECT convalidated FROM pg_constraint WHERE conrelid = 'c'::regclass;
= f
INSERT INTO c VALUES(98);
! 23503
