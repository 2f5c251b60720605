-- C103: no default at all, never the word
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT DEFAULT NULL, b TEXT DEFAULT null, c TEXT DEFAULT (null), d BLOB DEFAULT null);
-- plan
t.id bigint not null identity, next 1
t.a text
t.b text
t.c text
t.d bytea
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
-- postgresql
INSERT INTO t(id) VALUES(1) RETURNING a, b, c, d;
= NULL|NULL|NULL|NULL
