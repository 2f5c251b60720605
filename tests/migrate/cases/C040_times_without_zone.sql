-- C040: read in no zone, so that no clock change bends them
CREATE TABLE t(d DATETIME);
INSERT INTO t VALUES('2021-03-14 02:30:00'), ('2021-11-07 01:30:00'), ('2020-01-01 12:00:00');
-- plan
t.d timestamp
-- postgresql
SET timezone = 'America/New_York'; SELECT d FROM t;
= 2021-03-14 02:30:00
= 2021-11-07 01:30:00
= 2020-01-01 12:00:00
