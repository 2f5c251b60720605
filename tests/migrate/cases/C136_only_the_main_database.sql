-- C136: objects of TEMP are gone with their connection
CREATE TABLE t(a INT); INSERT INTO t VALUES(1); CREATE TEMP TABLE x(a INT); CREATE TEMP VIEW y AS SELECT * FROM x; CREATE TEMP TRIGGER z AFTER INSERT ON t BEGIN SELECT 1; END;
-- plan
t.a bigint
-- postgresql
SELECT string_agg(relname, ',') FROM pg_class WHERE relnamespace = current_schema()::regnamespace;
= t
