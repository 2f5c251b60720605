-- C062: 10 in a REAL column divides as a real
CREATE TABLE t(x REAL); INSERT INTO t VALUES(10), (5);
-- plan
t.x double precision
-- postgresql
SELECT x / 4 FROM t;
= 2.5
= 1.25
