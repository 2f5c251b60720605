-- C121: never wider, never narrower than in SQLite
-- options: --skip-untranslatable
-- exit: 7
CREATE TABLE t(a TEXT, deleted INT, active BOOLEAN, c INT, d JSON);
CREATE UNIQUE INDEX i2 ON t(a) WHERE deleted IS NULL; CREATE INDEX i1 ON t(lower(a)); CREATE UNIQUE INDEX i8 ON t(ifnull(a, ''), deleted); CREATE INDEX i3 ON t(c DESC, a COLLATE NOCASE); CREATE INDEX i4 ON t(json_extract(d, '$.x')); CREATE INDEX i9 ON t(a) WHERE a LIKE 'x%'; CREATE INDEX i5 ON t(c) WHERE active = 1;
INSERT INTO t VALUES('x', NULL, 1, 1, '{}'), ('x', 2, 0, 2, '{}'), ('x', 1, 0, 2, '{}');
-- plan
t.a text
t.deleted bigint
t.active boolean
t.c bigint
t.d json
CREATE UNIQUE INDEX "i2" ON "t" ("a" ASC NULLS FIRST) WHERE "deleted" IS NULL
CREATE INDEX "i1" ON "t" ((lower("a" COLLATE "C")) ASC NULLS FIRST)
CREATE UNIQUE INDEX "i8" ON "t" ((coalesce("a", '')) ASC NULLS FIRST, "deleted" ASC NULLS FIRST)
CREATE INDEX "i3" ON "t" ("c" DESC NULLS LAST, lower("a" COLLATE "C") ASC NULLS FIRST)
CREATE INDEX "i9" ON "t" ("a" ASC NULLS FIRST) WHERE lower("a" COLLATE "C") LIKE 'x%' ESCAPE ''
CREATE INDEX "i5" ON "t" ("c" ASC NULLS FIRST) WHERE "active"
warning collation: t.a
reported index: i4
-- postgresql
SELECT replace(indexdef, current_schema() || '.', '') FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1;
= CREATE INDEX i1 ON t USING btree (lower((a COLLATE "C")) NULLS FIRST)
= CREATE INDEX i3 ON t USING btree (c DESC NULLS LAST, lower((a COLLATE "C")) NULLS FIRST)
= CREATE INDEX i5 ON t USING btree (c NULLS FIRST) WHERE active
= CREATE INDEX i9 ON t USING btree (a NULLS FIRST) WHERE (lower((a COLLATE "C")) ~~ like_escape('x%'::text, ''::text))
= CREATE UNIQUE INDEX i2 ON t USING btree (a NULLS FIRST) WHERE (deleted IS NULL)
= CREATE UNIQUE INDEX i8 ON t USING btree (COALESCE(a, ''::text) NULLS FIRST, deleted NULLS FIRST)
INSERT INTO t VALUES('x', NULL, true, 1, '{}');
! 23505
INSERT INTO t VALUES('x', 9, true, 1, '{}');
