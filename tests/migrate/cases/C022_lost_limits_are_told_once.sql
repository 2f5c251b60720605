-- C022: each widened column is told once, with a count and examples
CREATE TABLE t(id INTEGER PRIMARY KEY, v VARCHAR(3));
INSERT INTO t VALUES(1, 'abc'), (2, 'abcd'), (3, 'abcde');
-- message
id=2
-- plan
t.id bigint not null identity, next 4
t.v text
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
warning length-exceeded: t.v (2)
-- postgresql
SELECT v FROM t ORDER BY id;
= abc
= abcd
= abcde
