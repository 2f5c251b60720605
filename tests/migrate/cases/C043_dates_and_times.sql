-- C043: date only for dates, time only for times
CREATE TABLE t(d DATE, e DATE, f DATE, dt DATETIME, tm TIME, rails TIME, odd TIME, late DATETIME);
INSERT INTO t VALUES('2020-01-01', '2020-01-01 23:59:59', '2009-01-01 00:00:00', '2020-01-01', '12:34', '2000-01-01 12:34:56', '24:00:00', '2020-01-01 24:00:00'),
 ('2020-01-02', '2020-01-01', '2009-01-02 00:00:00', '2020-01-01T12:34', '12:34:56.5', '2000-01-01 12:34:57', '12:00', '2020-01-01 23:59:60');
-- plan
t.d date
t.e timestamp
t.f timestamp
t.dt timestamp
t.tm time
t.rails timestamp
t.odd text
t.late text
warning not-a-time: t.odd (1)
warning not-a-time: t.late (2)
-- postgresql
SELECT * FROM t;
= 2020-01-01|2020-01-01 23:59:59|2009-01-01 00:00:00|2020-01-01 00:00:00|12:34:00|2000-01-01 12:34:56|24:00:00|2020-01-01 24:00:00
= 2020-01-02|2020-01-01 00:00:00|2009-01-02 00:00:00|2020-01-01 12:34:00|12:34:56.5|2000-01-01 12:34:57|12:00|2020-01-01 23:59:60
