-- C096: one constraint, which foreign keys can refer to
CREATE TABLE t(a INT PRIMARY KEY, b INT UNIQUE, UNIQUE(a), UNIQUE(b)); CREATE TABLE c(x INT REFERENCES t(a), y INT REFERENCES t(b));
INSERT INTO t VALUES(1, 2); INSERT INTO c VALUES(1, 2);
-- plan
t.a bigint not null
t.b bigint
c.x bigint
c.y bigint
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("a")
ALTER TABLE "t" ADD CONSTRAINT "t_b_key" UNIQUE ("b")
ALTER TABLE "c" ADD CONSTRAINT "c_x_fkey" FOREIGN KEY ("x") REFERENCES "t" ("a")
ALTER TABLE "c" ADD CONSTRAINT "c_y_fkey" FOREIGN KEY ("y") REFERENCES "t" ("b")
-- postgresql
SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass;
= 2
