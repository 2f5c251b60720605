-- C118: neither database indexes the child's columns by itself; the plan names the index
CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(x INT REFERENCES p); INSERT INTO p VALUES(1); INSERT INTO c VALUES(1);
-- message
CREATE INDEX ON "c" ("x");
-- plan
p.id bigint not null identity, next 2
c.x bigint
ALTER TABLE "p" ADD CONSTRAINT "p_pkey" PRIMARY KEY ("id")
ALTER TABLE "c" ADD CONSTRAINT "c_x_fkey" FOREIGN KEY ("x") REFERENCES "p" ("id")
info foreign-key-without-index: the source (1)
-- postgresql
SELECT count(*) FROM pg_index WHERE indrelid = 'c'::regclass;
= 0
