-- C131: on request
-- options: --views skip
CREATE TABLE t(a INT, b TEXT); INSERT INTO t VALUES(1, 'x'); CREATE VIEW lists AS SELECT a, group_concat(b) AS bs FROM t GROUP BY a;
-- plan
t.a bigint
t.b text
warning view-skipped: lists
-- postgresql
SELECT count(*) FROM pg_views WHERE schemaname = current_schema();
= 0
