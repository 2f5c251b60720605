-- C072: lone surrogates, overlong forms, beyond U+10FFFF
-- exit: 5
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO t VALUES(1, CAST(x'66ff' AS TEXT)), (2, CAST(x'eda080' AS TEXT)), (3, CAST(x'c080' AS TEXT)), (4, CAST(x'f4908080' AS TEXT)), (5, 'ok');
-- message
t.a
id=1
id=4
-- plan
t.id bigint not null identity, next 6
t.a text
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
refused invalid-utf8: t.a (4)
