-- C086: a table called like one of PostgreSQL's catalog, and a view on it
CREATE TABLE pg_class(id INTEGER PRIMARY KEY, a TEXT UNIQUE); INSERT INTO pg_class VALUES(1, 'mine');
CREATE VIEW v AS SELECT a FROM pg_class;
-- plan
pg_class.id bigint not null identity, next 2
pg_class.a text
ALTER TABLE "pg_class" ADD CONSTRAINT "pg_class_pkey" PRIMARY KEY ("id")
ALTER TABLE "pg_class" ADD CONSTRAINT "pg_class_a_key" UNIQUE ("a")
CREATE VIEW "v" ("a") AS SELECT "pg_class"."a" FROM "pg_class"
warning system-name: pg_class
-- postgresql
SELECT a FROM "c086_names_of_the_catalog".pg_class;
= mine
SELECT a FROM v;
= mine
