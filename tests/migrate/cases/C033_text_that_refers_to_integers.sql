-- C033: one type on both sides of a foreign key
CREATE TABLE p(id INTEGER PRIMARY KEY);
CREATE TABLE c(pid TEXT REFERENCES p(id));
INSERT INTO p VALUES(1), (2); INSERT INTO c VALUES('1'), ('2'), (NULL);
-- plan
p.id bigint not null identity, next 3
c.pid bigint by text-to-integer
ALTER TABLE "p" ADD CONSTRAINT "p_pkey" PRIMARY KEY ("id")
ALTER TABLE "c" ADD CONSTRAINT "c_pid_fkey" FOREIGN KEY ("pid") REFERENCES "p" ("id")
warning key-type-unified: c.pid
-- postgresql
SELECT pid, pg_typeof(pid) FROM c;
= 1|bigint
= 2|bigint
= NULL|bigint
INSERT INTO c VALUES(3);
! 23503
