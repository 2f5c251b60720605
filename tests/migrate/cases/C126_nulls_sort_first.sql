-- C126: in indexes and views; a query of the application has to say NULLS FIRST
CREATE TABLE t(a INT); INSERT INTO t VALUES(1), (NULL), (2); CREATE INDEX i ON t(a); CREATE INDEX j ON t(a DESC); CREATE VIEW v AS SELECT a FROM t ORDER BY a;
-- plan
t.a bigint
CREATE INDEX "i" ON "t" ("a" ASC NULLS FIRST)
CREATE INDEX "j" ON "t" ("a" DESC NULLS LAST)
CREATE VIEW "v" ("a") AS SELECT "t"."a" FROM "t" ORDER BY "t"."a" ASC NULLS FIRST
-- postgresql
SELECT a FROM v;
= NULL
= 1
= 2
SELECT a FROM t ORDER BY a;
= 1
= 2
= NULL
