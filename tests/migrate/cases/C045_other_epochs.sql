-- C045: Julian days, and microseconds since 1601: as stored
CREATE TABLE t(j DATETIME, chrome TIMESTAMP);
INSERT INTO t VALUES(2458849.5, 13287950409000000);
-- plan
t.j double precision
t.chrome bigint
info time-as-number: t.j (1)
info time-as-number: t.chrome (1)
-- postgresql
SELECT * FROM t;
= 2458849.5|13287950409000000
