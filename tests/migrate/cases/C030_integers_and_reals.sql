-- C030: 2.5 in an INTEGER column is never rounded
CREATE TABLE t(a INTEGER, b INTEGER);
INSERT INTO t VALUES(10, 9007199254740993), (2.5, 0.5);
-- plan
t.a double precision by int-to-real
t.b numeric by to-numeric
warning mixed-numbers: t.a (1)
warning mixed-numbers: t.b (1)
-- postgresql
SELECT * FROM t ORDER BY a;
= 2.5|0.5
= 10|9007199254740993
