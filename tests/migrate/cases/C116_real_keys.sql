-- C116: 1.0 refers to 1
CREATE TABLE p(id REAL PRIMARY KEY); CREATE TABLE c(x INT REFERENCES p(id)); INSERT INTO p VALUES(1.0), (2.5); INSERT INTO c VALUES(1);
-- plan
p.id numeric by to-numeric not null
c.x numeric by to-numeric
ALTER TABLE "p" ADD CONSTRAINT "p_pkey" PRIMARY KEY ("id")
ALTER TABLE "c" ADD CONSTRAINT "c_x_fkey" FOREIGN KEY ("x") REFERENCES "p" ("id")
warning key-type-unified: c.x
warning key-type-unified: p.id
-- postgresql
SELECT x, pg_typeof(x) FROM c;
= 1|numeric
INSERT INTO c VALUES(7);
! 23503
