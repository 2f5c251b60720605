-- C070: '' is no NULL, and \N, NULL, \. are texts
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO t VALUES(1, ''), (2, NULL), (3, '\N'), (4, 'NULL'), (5, '\.'), (6, char(9) || char(13) || char(10) || '\');
-- plan
t.id bigint not null identity, next 7
t.a text
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
-- postgresql
SELECT id, a IS NULL, length(a), encode(convert_to(a, 'UTF8'), 'hex') FROM t ORDER BY id;
= 1|f|0|
= 2|t|NULL|NULL
= 3|f|2|5c4e
= 4|f|4|4e554c4c
= 5|f|2|5c2e
= 6|f|4|090d0a5c
