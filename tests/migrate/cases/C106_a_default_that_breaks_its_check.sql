-- C106: legal until it is used
CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER DEFAULT 5 CHECK(a > 9)); INSERT INTO t VALUES(1, 10);
-- plan
t.id bigint not null identity, next 2
t.a bigint default 5
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
ALTER TABLE "t" ADD CONSTRAINT "t_check" CHECK ("a" > 9)
-- postgresql
INSERT INTO t(id) VALUES(2);
! 23514
INSERT INTO t(id, a) VALUES(2, 11);
