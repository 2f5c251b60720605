-- C013: no declared type: the values decide
CREATE TABLE t(i, r, ir, s, b, e, c BLOB);
INSERT INTO t VALUES(1, 0.5, 1, 'x', x'00', NULL, x'01'), (2, 1.5, 2.5, 'y', x'ff', NULL, NULL);
CREATE TABLE x AS SELECT 1 AS a, 'x' AS b, NULL AS c;
-- plan
t.i bigint
t.r double precision
t.ir double precision by int-to-real
t.s text
t.b bytea
t.e text
t.c bytea
x.a bigint
x.b text
x.c text
warning mixed-numbers: t.ir (1)
-- postgresql
SELECT i, r, ir, s, b, e, c FROM t;
= 1|0.5|1|x|\x00|NULL|\x01
= 2|1.5|2.5|y|\xff|NULL|NULL
SELECT * FROM x;
= 1|x|NULL
