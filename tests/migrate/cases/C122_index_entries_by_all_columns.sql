-- C122: an entry is the sum of its columns; long expressions are measured by the server
-- options: --skip-untranslatable
-- exit: 7
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b TEXT, body TEXT);
INSERT INTO t VALUES(1, hex(randomblob(900)), hex(randomblob(900)), hex(randomblob(9000)));
CREATE INDEX both ON t(a, b); CREATE INDEX one ON t(a); CREATE UNIQUE INDEX begin ON t(substr(body, 1, 40)); CREATE INDEX whole ON t(lower(body));
-- plan
t.id bigint not null identity, next 2
t.a text
t.b text
t.body text
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
CREATE INDEX "both" ON "t" ("a" ASC NULLS FIRST, "b" ASC NULLS FIRST)
CREATE INDEX "one" ON "t" ("a" ASC NULLS FIRST)
CREATE UNIQUE INDEX "begin" ON "t" ((substr("body", 1, 40)) ASC NULLS FIRST)
CREATE INDEX "whole" ON "t" ((lower("body" COLLATE "C")) ASC NULLS FIRST)
warning long-indexed-values: t.a
warning long-indexed-values: t.b
warning long-indexed-values: t.body
warning long-indexed-values: t.body
-- postgresql
SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1;
= begin
= one
= t_pkey
