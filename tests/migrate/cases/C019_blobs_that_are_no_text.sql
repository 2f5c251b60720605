-- C019: a blob that is no UTF-8 is never NULL and never dropped
-- exit: 5
CREATE TABLE t(a TEXT);
INSERT INTO t VALUES(x'66ff'), (CAST('abc' AS BLOB)), ('ok');
-- message
t.a
66ff
-- plan
t.a text by blob-to-text
refused binary-in-text: t.a (1)
