-- C046: one impossible date makes the column text
CREATE TABLE t(d DATE, e DATETIME, f DATE, g DATE);
INSERT INTO t VALUES('0000-00-00', '0000-00-00 00:00:00', '2020-02-30', 'N/A'), ('2020-01-01', '2020-01-01 00:00:00', '', '13/2/2020'), ('0000-01-01', NULL, NULL, '2020-W01-1');
-- plan
t.d text
t.e text
t.f text
t.g text
warning not-a-time: t.d (2)
warning not-a-time: t.e (1)
warning not-a-time: t.f (2)
warning not-a-time: t.g (3)
-- postgresql
SELECT * FROM t;
= 0000-00-00|0000-00-00 00:00:00|2020-02-30|N/A
= 2020-01-01|2020-01-01 00:00:00||13/2/2020
= 0000-01-01|NULL|NULL|2020-W01-1
