-- C014: json keeps text and duplicate keys; what is no JSON makes the column text
CREATE TABLE good(j JSON); INSERT INTO good VALUES('{"a":1,"a":2,"b": 1.0}'), (NULL);
CREATE TABLE bad(j JSON); INSERT INTO bad VALUES('{a:1}'), (''), ('NaN'), ('{"x":"\u0000"}'), ('"\ud83d"');
-- plan
good.j json
bad.j text
warning not-json: bad.j (4)
-- postgresql
SELECT * FROM good;
= {"a":1,"a":2,"b": 1.0}
= NULL
SELECT * FROM bad;
= {a:1}
=
= NaN
= {"x":"\u0000"}
= "\ud83d"
