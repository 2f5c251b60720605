-- C019: blobs that are valid UTF-8 become text, and are counted
CREATE TABLE t(a TEXT);
INSERT INTO t VALUES(CAST('abc' AS BLOB)), ('ok');
-- plan
t.a text by blob-to-text
warning blob-in-text: t.a (1)
-- postgresql
SELECT a FROM t;
= abc
= ok
