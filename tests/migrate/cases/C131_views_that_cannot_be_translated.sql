-- C131: reported with SQL and near equals; a broken view never stops the copy
-- options: --skip-untranslatable
-- exit: 7
CREATE TABLE t(a INT, b TEXT); INSERT INTO t VALUES(1, 'x');
CREATE VIEW broken AS SELECT * FROM nope; CREATE VIEW on_broken AS SELECT * FROM broken;
CREATE VIEW lists AS SELECT a, group_concat(b) FROM t GROUP BY a; CREATE VIEW bare AS SELECT a, b FROM t GROUP BY a; CREATE VIEW on_lists AS SELECT a FROM lists;
-- message
string_agg
SELECT * FROM nope
-- plan
t.a bigint
t.b text
warning view-broken: broken
warning view-broken: on_broken
reported view: lists
reported view: bare
reported view: on_lists
-- postgresql
SELECT count(*) FROM pg_views WHERE schemaname = current_schema();
= 0
