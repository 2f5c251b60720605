-- C129: have no equal and are reported
-- options: --skip-untranslatable
-- exit: 7
CREATE TABLE t(a TEXT UNIQUE ON CONFLICT REPLACE, b TEXT NOT NULL ON CONFLICT IGNORE); INSERT INTO t VALUES('a', 'b');
-- plan
t.a text
t.b text not null
ALTER TABLE "t" ADD CONSTRAINT "t_a_key" UNIQUE ("a")
reported conflict-clause: t
-- postgresql
INSERT INTO t VALUES('a', 'c');
! 23505
