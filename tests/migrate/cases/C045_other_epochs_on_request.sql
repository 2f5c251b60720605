-- C045: days and seconds since other days, on request
-- options: --epoch t.j=julian --epoch t.chrome=webkit --epoch t.mac=cocoa --epoch t.win=filetime --epoch t.sheet=excel --epoch t.python=s
CREATE TABLE t(j DATETIME, chrome TIMESTAMP, mac REAL, win INTEGER, sheet REAL, python FLOAT);
INSERT INTO t VALUES(2458849.5, 13287950409000000, 669556800.25, 132224832000000010, 43831.75, 1647950409.737125),
  (2458850, 0, -1, 0, 1, 0.5), (1721425.5, NULL, NULL, NULL, NULL, 1647950409), (2460759.9271412035, NULL, NULL, NULL, NULL, NULL);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
  INSERT INTO t(j) SELECT 2400000 + i * 97 % 60000 + i * i * 7919 % 86399 / 86400.0 FROM n;
-- plan
t.j timestamptz by epoch-julian
t.chrome timestamptz by epoch-webkit
t.mac timestamptz by epoch-cocoa
t.win timestamptz by epoch-filetime
t.sheet timestamptz by epoch-excel
t.python timestamptz by epoch-seconds
-- postgresql
SELECT j, chrome, mac FROM t WHERE mac IS NOT NULL OR j < '0002-01-01';
= 2020-01-01 00:00:00+00|2022-01-29 17:20:09+00|2022-03-21 12:00:00.25+00
= 2020-01-01 12:00:00+00|1601-01-01 00:00:00+00|2000-12-31 23:59:59+00
= 0001-01-01 00:00:00+00|NULL|NULL
SELECT win, sheet, python FROM t WHERE python IS NOT NULL;
= 2020-01-03 00:00:00.000001+00|2020-01-01 18:00:00+00|2022-03-22 12:00:09.737125+00
= 1601-01-01 00:00:00+00|1899-12-31 00:00:00+00|1970-01-01 00:00:00.5+00
= NULL|NULL|2022-03-22 12:00:09+00
SELECT count(*) FROM t;
= 504
SELECT j FROM t WHERE chrome IS NULL ORDER BY j DESC LIMIT 1;
= 2025-03-25 10:15:04.999986+00
