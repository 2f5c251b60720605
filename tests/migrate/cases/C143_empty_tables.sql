-- C143: no rows, only NULLs, only ''
CREATE TABLE e(a INT, b TEXT); CREATE TABLE n(a); INSERT INTO n VALUES(NULL), (NULL); CREATE TABLE s(a TEXT); INSERT INTO s VALUES('');
CREATE TABLE g(a INT, b INT AS (a)); INSERT INTO g(a) VALUES(1);
-- plan
e.a bigint
e.b text
n.a text
s.a text
g.a bigint
g.b bigint generated "a"
-- postgresql
SELECT (SELECT count(*) FROM e), (SELECT count(*) FROM n), (SELECT count(*) FROM s), (SELECT b FROM g);
= 0|2|1|1
SELECT a = '' FROM s;
= t
