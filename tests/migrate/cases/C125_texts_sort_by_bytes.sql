-- C125: as in SQLite, in a database of any locale
CREATE TABLE o(a TEXT); INSERT INTO o VALUES(' '), ('10'), ('9'), ('B'), ('Z'), ('_'), ('a'), ('z'), ('é');
-- plan
o.a text
-- postgresql
SELECT string_agg(a, ',' ORDER BY a) FROM o;
=  ,10,9,B,Z,_,a,z,é
SELECT max(a), count(*) FILTER (WHERE a > 'Z') FROM o;
= é|4
