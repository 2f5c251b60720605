-- C077: 'a' and 'a ' are two texts; under RTRIM they are one
CREATE TABLE t(a TEXT UNIQUE, b TEXT COLLATE RTRIM UNIQUE);
INSERT INTO t VALUES('a', 'x'), ('a ', 'y');
-- plan
t.a text
t.b text
ALTER TABLE "t" ADD CONSTRAINT "t_a_key" UNIQUE ("a")
CREATE UNIQUE INDEX "t_b_key" ON "t" (rtrim("b", ' '))
warning collation: t.b
-- postgresql
SELECT a || '|', length(a) FROM t ORDER BY 1;
= a ||2
= a||1
INSERT INTO t VALUES('b', 'x  ');
! 23505
