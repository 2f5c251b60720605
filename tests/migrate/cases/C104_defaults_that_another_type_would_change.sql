-- C104: an integer that no double holds, and a word beside 0 and 1 in a key, are reported
-- options: --skip-untranslatable
-- exit: 7
CREATE TABLE t(big DEFAULT 9223372036854775807, small DEFAULT 5, flag TINYINT(1) DEFAULT 't' UNIQUE, free TINYINT(1) DEFAULT 't');
INSERT INTO t VALUES(3.5e20, 0.5, 1, 0);
-- plan
t.big double precision
t.small double precision default 5
t.flag boolean
t.free boolean default true
ALTER TABLE "t" ADD CONSTRAINT "t_flag_key" UNIQUE ("flag")
reported default-dropped: t.big
reported default-dropped: t.flag
-- postgresql
INSERT INTO t DEFAULT VALUES RETURNING *;
= NULL|5|NULL|t
