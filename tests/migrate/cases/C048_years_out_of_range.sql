-- C048: years before 1 and after 9999 are text
CREATE TABLE t(a DATE, b DATE, c DATE, d DATETIME);
INSERT INTO t VALUES('-4713-11-24', '0000-06-01', '10000-01-01', '9999-12-31 23:59:59');
-- plan
t.a text
t.b text
t.c text
t.d timestamp
warning not-a-time: t.a (1)
warning not-a-time: t.b (1)
warning not-a-time: t.c (1)
-- postgresql
SELECT * FROM t;
= -4713-11-24|0000-06-01|10000-01-01|9999-12-31 23:59:59
