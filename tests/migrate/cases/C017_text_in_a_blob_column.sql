-- C017: text in a BLOB column is its bytes, never base64; '' is no NULL
CREATE TABLE t(b BLOB);
INSERT INTO t VALUES('hello-world'), ('aGVsbG8='), (x'00ff'), (''), (NULL);
-- plan
t.b bytea by text-to-bytea
warning text-in-blob: t.b (3)
-- postgresql
SELECT b FROM t;
= \x68656c6c6f2d776f726c64
= \x614756736247383d
= \x00ff
= \x
= NULL
