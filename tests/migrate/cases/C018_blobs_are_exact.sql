-- C018: all 256 bytes, the empty blob, backslashes
CREATE TABLE t(b BLOB);
INSERT INTO t VALUES(x'00ff'), (x''), (x'5c5c'), (NULL);
-- plan
t.b bytea
-- postgresql
SELECT b, b IS NULL FROM t;
= \x00ff|f
= \x|f
= \x5c5c|f
= NULL|t
