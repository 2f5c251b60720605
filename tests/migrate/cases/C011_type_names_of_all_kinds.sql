-- C011: type names are never passed on
CREATE TABLE t(a TEXT(100), b NVARCHAR(5), c LONGVARCHAR, d CLOB, e "text nocase", f VARYING CHARACTER(70), g NATIVE CHARACTER(70), h DOUBLE PRECISION, i DECIMAL (10, 5), j INTEGER (8), k TIMESTAMP WITH TIME ZONE, l "byte[]", m intege, n "weird ""type""", o VARCHAR /* comment */ (9), p STRING);
INSERT INTO t VALUES('a', 'b', 'c', 'd', 'e', 'f', 'g', 1.5, 2.5, 7, '2020-01-01 00:00:00+02', x'00', 3, 'n', 'o', 'p');
-- plan
t.a text
t.b varchar(5)
t.c text
t.d text
t.e text
t.f varchar(70)
t.g varchar(70)
t.h double precision
t.i numeric(10,5) by to-numeric
t.j bigint
t.k timestamptz
t.l bytea
t.m bigint
t.n text
t.o varchar(9)
t.p text
warning offset-lost: t.k (1)
-- postgresql
SELECT * FROM t;
= a|b|c|d|e|f|g|1.5|2.50000|7|2019-12-31 22:00:00+00|\x00|3|n|o|p
