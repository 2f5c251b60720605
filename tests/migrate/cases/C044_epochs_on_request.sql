-- C044: on request, fractions kept
-- options: --type t.ms=epochms --type t.s=epochs
CREATE TABLE t(ms DATETIME, s INTEGER);
INSERT INTO t VALUES(1647950409737, 1647950409), (NULL, -1);
-- plan
t.ms timestamptz by epoch-millis
t.s timestamptz by epoch-seconds
-- postgresql
SELECT ms, s FROM t;
= 2022-03-22 12:00:09.737+00|2022-03-22 12:00:09+00
= NULL|1969-12-31 23:59:59+00
