-- C063: rowids at both ends, and far apart
CREATE TABLE t(id INTEGER PRIMARY KEY);
INSERT INTO t VALUES(-9223372036854775808), (0), (-5), (9223372036854775807);
-- plan
t.id bigint not null identity, exhausted
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
warning identity-exhausted: t.id
-- postgresql
SELECT id FROM t ORDER BY 1;
= -9223372036854775808
= -5
= 0
= 9223372036854775807
INSERT INTO t DEFAULT VALUES;
! 2200H
