-- C061: -0.0, denormals, 17 digits
CREATE TABLE t(x REAL, y); INSERT INTO t VALUES(-0.0, -0.0), (5e-324, 5e-324), (1e308, 1e308), (0.1, 0.1), (9007199254740993.0, 2.5);
-- plan
t.x double precision
t.y double precision
-- postgresql
SELECT x, y, float8send(y) FROM t;
= 0|-0|\x8000000000000000
= 5e-324|5e-324|\x0000000000000001
= 1e+308|1e+308|\x7fe1ccf385ebc8a0
= 0.1|0.1|\x3fb999999999999a
= 9.007199254740992e+15|2.5|\x4004000000000000
