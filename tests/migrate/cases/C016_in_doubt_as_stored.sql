-- C016: no guess: text, bigint or double precision as it is stored
CREATE TABLE t(a DATETIME, b DATETIME, c DATETIME);
INSERT INTO t VALUES('soon', 1647950409, 2458849.5);
-- plan
t.a text
t.b bigint
t.c double precision
warning not-a-time: t.a (1)
info time-as-number: t.b (1)
info time-as-number: t.c (1)
-- postgresql
SELECT * FROM t;
= soon|1647950409|2458849.5
