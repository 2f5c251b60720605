-- C092: as in SQLite, the next insert fails
CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, v); INSERT INTO t VALUES(9223372036854775807, 1), (41, 2);
-- message
RESTART WITH 42: the ids from there on are free
-- plan
t.id bigint not null identity, exhausted
t.v bigint
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
warning identity-exhausted: t.id
-- postgresql
INSERT INTO t(v) VALUES(2);
! 2200H
