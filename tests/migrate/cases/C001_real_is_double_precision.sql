-- C001: REAL has 8 bytes in SQLite, PostgreSQL's real only 4
CREATE TABLE t(x REAL, y FLOAT, z "DOUBLE PRECISION");
INSERT INTO t VALUES(1234567.891, 0.1, 16777217.0), (1e308, -1e-300, 5e-324);
-- plan
t.x double precision
t.y double precision
t.z double precision
-- postgresql
SELECT x, y, z FROM t;
= 1234567.891|0.1|16777217
= 1e+308|-1e-300|5e-324
