-- C123: both allow any number
CREATE TABLE t(a INT UNIQUE); INSERT INTO t VALUES(NULL), (NULL), (1);
-- plan
t.a bigint
ALTER TABLE "t" ADD CONSTRAINT "t_a_key" UNIQUE ("a")
-- postgresql
INSERT INTO t VALUES(NULL);
INSERT INTO t VALUES(1);
! 23505
