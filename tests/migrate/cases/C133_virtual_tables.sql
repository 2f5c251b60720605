-- C133: visible columns of FTS and R*Tree are copied, shadow tables are not
-- options: --skip-untranslatable
-- exit: 7
CREATE VIRTUAL TABLE f USING fts5(title, body); INSERT INTO f VALUES('t', 'b');
CREATE VIRTUAL TABLE r USING rtree(id, x0, x1); INSERT INTO r VALUES(1, 0.5, 2);
CREATE VIRTUAL TABLE contentless USING fts5(x, content=''); CREATE TABLE t(a); INSERT INTO t VALUES(1);
-- plan
f.title text
f.body text
r.id bigint
r.x0 double precision
r.x1 double precision
t.a bigint
warning virtual-table: f
warning virtual-table: r
reported virtual-table: contentless
-- postgresql
SELECT * FROM f;
= t|b
SELECT * FROM r;
= 1|0.5|2
SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r';
= f,r,t
