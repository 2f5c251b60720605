-- C121: a unique index that the server cannot compute is no reason to fail after the load
-- exit: 5
CREATE TABLE t(a INT); INSERT INTO t VALUES(4000000000), (3);
CREATE UNIQUE INDEX t_square ON t(a * a);
-- message
t_square: PostgreSQL cannot make the unique index on "t"
nothing was written
-- plan
t.a bigint
CREATE UNIQUE INDEX "t_square" ON "t" (("a" * "a") ASC NULLS FIRST)
