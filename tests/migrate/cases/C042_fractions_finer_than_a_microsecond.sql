-- C042: PostgreSQL would round into the next year
CREATE TABLE t(d DATETIME, e DATETIME, g DATETIME);
INSERT INTO t VALUES('2020-12-31 23:59:59.9999999', '2020-01-01 12:00:00.1234560', '2020-01-01 12:00:00.123456789 +0000 UTC');
-- plan
t.d text
t.e timestamp
t.g text
warning not-a-time: t.d (1)
warning not-a-time: t.g (1)
-- postgresql
SELECT * FROM t;
= 2020-12-31 23:59:59.9999999|2020-01-01 12:00:00.123456|2020-01-01 12:00:00.123456789 +0000 UTC
