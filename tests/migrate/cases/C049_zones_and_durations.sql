-- C049: zone names, AM/PM, durations: as stored, never interval
CREATE TABLE t(a TIMESTAMP, b TIME, c TIME, d INTERVAL);
INSERT INTO t VALUES('2020-01-01 12:00:00 Europe/Berlin', '01:30 PM', '26:30:00', 'P1DT2H');
-- plan
t.a text
t.b text
t.c text
t.d text
warning not-a-time: t.a (1)
warning not-a-time: t.b (1)
warning not-a-time: t.c (1)
warning no-value-as-declared: t.d (1)
-- postgresql
SELECT * FROM t;
= 2020-01-01 12:00:00 Europe/Berlin|01:30 PM|26:30:00|P1DT2H
