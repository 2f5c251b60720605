-- C131: on request a table of the rows takes the place of what cannot be translated
-- options: --views materialize
CREATE TABLE t(a INT, b TEXT); INSERT INTO t VALUES(1, 'x'), (1, 'y');
CREATE VIEW lists AS SELECT a, group_concat(b) AS bs FROM t GROUP BY a; CREATE VIEW good AS SELECT a FROM t;
-- plan
t.a bigint
t.b text
lists.a bigint
lists.bs text
CREATE VIEW "good" ("a") AS SELECT "t"."a" FROM "t"
warning view-materialized: lists
-- postgresql
SELECT * FROM lists;
= 1|x,y
SELECT relname, relkind FROM pg_class WHERE relname IN ('lists', 'good') AND relnamespace = current_schema()::regnamespace ORDER BY 1;
= good|v
= lists|r
