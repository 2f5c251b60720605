-- C060: infinities arrive; NaN is NULL in SQLite already
CREATE TABLE t(x REAL); INSERT INTO t VALUES(9e999), (-9e999), (1.5);
-- plan
t.x double precision
-- postgresql
SELECT x FROM t;
= Infinity
= -Infinity
= 1.5
