-- C122: an index that PostgreSQL cannot build never costs the data
-- options: --skip-untranslatable
-- exit: 7
CREATE TABLE t(id INTEGER PRIMARY KEY, url TEXT, packed TEXT);
INSERT INTO t VALUES(1, (WITH RECURSIVE n(i, s) AS (SELECT 0, '' UNION ALL SELECT i + 1, s || hex(randomblob(64)) FROM n WHERE i < 60) SELECT s FROM n ORDER BY i DESC LIMIT 1), replace(hex(zeroblob(50000)), '00', 'ab'));
CREATE INDEX t_url ON t(url); CREATE INDEX t_packed ON t(packed);
-- plan
t.id bigint not null identity, next 2
t.url text
t.packed text
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
CREATE INDEX "t_url" ON "t" ("url" ASC NULLS FIRST)
CREATE INDEX "t_packed" ON "t" ("packed" ASC NULLS FIRST)
warning long-indexed-values: t.url
warning long-indexed-values: t.packed
-- postgresql
SELECT length(url), length(packed) FROM t;
= 7680|100000
SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname <> 't_pkey' ORDER BY 1;
= t_packed
