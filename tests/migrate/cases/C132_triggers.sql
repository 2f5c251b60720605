-- C132: reported with a skeleton in PL/pgSQL
-- options: --skip-untranslatable
-- exit: 7
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, updated_at TEXT); CREATE VIEW v AS SELECT a FROM t; INSERT INTO t VALUES(1, 'x', NULL);
CREATE TRIGGER touch AFTER UPDATE OF a ON t WHEN new.a <> old.a BEGIN UPDATE t SET updated_at = datetime('now') WHERE id = new.id; END;
CREATE TRIGGER write INSTEAD OF INSERT ON v BEGIN INSERT INTO t(a) VALUES(new.a); END;
-- message
CREATE TRIGGER "touch" AFTER UPDATE OF "a" ON "t" FOR EACH ROW WHEN (new.a <> old.a)
CREATE TRIGGER "write" INSTEAD OF INSERT ON "v" FOR EACH ROW EXECUTE FUNCTION "write"();
-- plan
t.id bigint not null identity, next 2
t.a text
t.updated_at text
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
CREATE VIEW "v" ("a") AS SELECT "t"."a" FROM "t"
reported trigger: touch
reported trigger: write
-- postgresql
SELECT a FROM v;
= x
