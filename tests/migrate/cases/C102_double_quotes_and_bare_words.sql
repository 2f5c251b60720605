-- C102: strings, all of them
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT DEFAULT "quoted", b TEXT DEFAULT abc, c TEXT DEFAULT "it's", d TEXT DEFAULT "");
-- plan
t.id bigint not null identity, next 1
t.a text default 'quoted'
t.b text default 'abc'
t.c text default 'it''s'
t.d text default ''
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
-- postgresql
INSERT INTO t(id) VALUES(1) RETURNING a, b, c, d || '|';
= quoted|abc|it's||
