-- C073: the converter itself would drop a trailing lone surrogate
-- exit: 5
PRAGMA encoding = 'UTF-16le';
CREATE TABLE t(a TEXT); INSERT INTO t VALUES(CAST(x'4100D8' AS TEXT)), (CAST(x'00D8' AS TEXT)), ('ok');
-- message
t.a
-- plan
t.a text
refused invalid-utf8: t.a (1)
