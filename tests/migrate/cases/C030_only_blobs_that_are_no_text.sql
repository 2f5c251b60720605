-- C030: of blobs beside text only those become NULL that are no text
-- options: --mixed=null
CREATE TABLE t(id INTEGER PRIMARY KEY, a, b); INSERT INTO t VALUES(1, 'x', 7), (2, x'79', x'38'), (3, x'ff', x'00');
-- plan
t.a text by blob-to-text misfits null
t.b text by any-to-text misfits null
warning blob-in-text: t.a (2)
warning mixed-storage-classes: t.a (1)
warning mixed-storage-classes: t.b (1)
-- postgresql
SELECT a, b FROM t ORDER BY id;
= x|7
= y|8
= NULL|NULL
