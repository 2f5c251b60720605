-- C044: seconds or milliseconds is the application's knowledge
CREATE TABLE t(created DATETIME);
INSERT INTO t VALUES(1647950409737), (1647950409), (18262), (0);
-- plan
t.created bigint
info time-as-number: t.created (4)
-- postgresql
SELECT created FROM t;
= 1647950409737
= 1647950409
= 18262
= 0
