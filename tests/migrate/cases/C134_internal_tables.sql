-- C134: SQLite's own are left, the bookkeeping of ORMs is copied
CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a INT); CREATE INDEX i ON t(a); INSERT INTO t(a) VALUES(1); ANALYZE;
CREATE TABLE schema_migrations(version varchar PRIMARY KEY); INSERT INTO schema_migrations VALUES('20200101');
-- plan
t.id bigint not null identity, next 2
t.a bigint
schema_migrations.version text not null
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
CREATE INDEX "i" ON "t" ("a" ASC NULLS FIRST)
ALTER TABLE "schema_migrations" ADD CONSTRAINT "schema_migrations_pkey" PRIMARY KEY ("version")
info version-table: schema_migrations
-- postgresql
SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r';
= schema_migrations,t
