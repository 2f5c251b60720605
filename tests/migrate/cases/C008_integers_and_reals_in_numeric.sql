-- C008: integers beside reals, and infinity; one of integers stays numeric, since 1.5 may come tomorrow
CREATE TABLE n(n NUMERIC); INSERT INTO n VALUES(1), ('1.0'), (1.5), ('1e3'), (1e15);
CREATE TABLE i(n NUMERIC); INSERT INTO i VALUES(1), ('1e3');
CREATE TABLE inf(n NUMERIC); INSERT INTO inf VALUES(1), (1e400);
-- plan
n.n numeric by to-numeric
i.n numeric by to-numeric
inf.n double precision by int-to-real
warning infinity-in-numeric: inf.n (1)
-- postgresql
SELECT * FROM n;
= 1
= 1
= 1.5
= 1000
= 1000000000000000
SELECT n, pg_typeof(n) FROM i;
= 1|numeric
= 1000|numeric
SELECT n, pg_typeof(n) FROM inf;
= 1|double precision
= Infinity|double precision
