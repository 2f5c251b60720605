-- C020: STRICT tables; ANY keeps '007' and 7 apart
CREATE TABLE s(a INT, r REAL, c TEXT, d BLOB, e ANY) STRICT;
INSERT INTO s VALUES('2', 1, 'x', x'01', '007'), (1, 0.5, 'y', x'', 'z');
CREATE TABLE mixed(b ANY) STRICT; INSERT INTO mixed VALUES('007'), (7);
-- plan
s.a bigint
s.r double precision
s.c text
s.d bytea
s.e text
mixed.b text by to-text
warning mixed-storage-classes: mixed.b (1)
-- postgresql
SELECT * FROM s;
= 2|1|x|\x01|007
= 1|0.5|y|\x|z
SELECT * FROM mixed ORDER BY 1;
= 007
= 7
