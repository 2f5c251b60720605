-- C071: U+0000 has no place in PostgreSQL's text: the row is named
-- exit: 5
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES(7, 'a' || char(0) || 'b');
-- message
t.a
id=7
-- plan
t.id bigint not null identity, next 8
t.a text
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
refused nul-in-text: t.a (1)
