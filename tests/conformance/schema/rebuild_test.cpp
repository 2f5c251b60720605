// What SQLite's rebuild of a table must keep: everything that nobody asked to change. Tables made
// by other programs' SQL, as Repot's own have no such corners.
#include "schema_suite.hpp"

namespace {

using namespace conformance;
using namespace repot::schema;
using enum repot::ColumnType;

class SqliteRebuild : public SchemaSuite {
 protected:
  void rebuild(const std::string& table = "t") {
    make(Changes().add(AddCheck{table, {"ck_added", "1 = 1"}}));
    ASSERT_EQ(this->table(table).checks.back().name, "ck_added");
  }
  std::string sqlOf(const std::string& name) {
    return texts("SELECT sql FROM sqlite_schema WHERE name = '" + name + "'");
  }
};

TEST_P(SqliteRebuild, KeepsRowsRowidsAndDefinitionsOfOthers) {
  run("CREATE TABLE t (a VARCHAR(20) COLLATE NOCASE DEFAULT 'x', b INT, c, d DECIMAL(10,5) "
      "DEFAULT 1.50, e DATETIME DEFAULT CURRENT_TIMESTAMP, f TINYINT(1) DEFAULT TRUE, "
      "g GENERATED ALWAYS AS (b * 2) VIRTUAL, h INT AS (b + 1) STORED, CONSTRAINT u UNIQUE (a, b), "
      "CHECK (b > 0 OR b IS NULL))");
  run("CREATE INDEX i ON t (a COLLATE RTRIM DESC, lower(a)) WHERE b > 1");
  run("INSERT INTO t (rowid, a, b, c, d, f) VALUES (5, 'A', 1, x'00ff', 2.5, 1), "
      "(9, 'b', 2, 'text', 'no number', 0), (70, NULL, NULL, 1.0, 7, NULL)");
  run("DELETE FROM t WHERE rowid = 9; INSERT INTO t (rowid, a) VALUES (9, 'again')");
  const std::string dump =
      "SELECT rowid || ':' || quote(a) || quote(b) || typeof(c) || quote(c) || typeof(d) || "
      "quote(d) "
      "|| quote(f) || quote(g) || quote(h) FROM t ORDER BY rowid";
  const std::string before = texts(dump);
  const Schema schema = live();
  rebuild();
  EXPECT_EQ(texts(dump), before);
  make(Changes().add(DropConstraint{"t", "ck_added"}));
  EXPECT_EQ(live(), schema);
  EXPECT_EQ(kindOf([&] { run("INSERT INTO t (a, b) VALUES ('a', 1)"); }), repot::ErrorKind::unique);
  run("INSERT INTO t (b) VALUES (3)");
  EXPECT_EQ(texts("SELECT quote(a) || quote(d) || quote(f) FROM t WHERE b = 3"), "'x'1.51");
  EXPECT_EQ(number("SELECT e LIKE '____-__-__ __:__:__' FROM t WHERE b = 3"), 1);
}

TEST_P(SqliteRebuild, MakesTheChangesOfOneTableTogether) {
  make(Changes().createTable("t", [](TableBuilder& table) {
    table.identity("id").column("a", text).column("b", integer).nullable().column("c", text);
  }));
  run("INSERT INTO t (a, b, c) VALUES ('4', NULL, 'x'), ('5', 6, 'y')");
  Column a = column("a", integer), b = column("b", integer);
  Changes changes;
  changes.alterColumn("t", a)
      .add(AddCheck{"t", {"ck_a", "a > 0"}})
      .dropColumn("t", "c")
      .addColumn("t", column("d", text, true))
      .createIndex("t", {"a"})
      // Each of these reads what those before have made.
      .alterColumn("t", b, "coalesce(b, a)")
      .dropColumn("t", "d")
      .addColumn("t", column("d", integer, true))
      .add(DropConstraint{"t", "ck_a"})
      .createTable("u", [](TableBuilder& table) { table.identity("id"); });
  std::vector<std::size_t> groups;
  for (std::span<const Change> rest = changes.all(); !rest.empty();
       rest = rest.subspan(groups.back()))
    groups.push_back(dialect().together(rest));
  EXPECT_EQ(groups, (std::vector<std::size_t>{5, 2, 1, 1, 1}));
  make(changes);
  EXPECT_EQ(texts("SELECT id || ' ' || a || ' ' || b FROM t ORDER BY id"), "1 4 4|2 5 6");
  EXPECT_EQ(table("t").find("d")->type.kind, integer);
  EXPECT_EQ(table("t").find("c"), nullptr);
  EXPECT_TRUE(table("t").checks.empty());
  EXPECT_EQ(table("t").indexes.at(0).name, "ix_t_a");
}

TEST_P(SqliteRebuild, KeepsTriggersViewsAndReferences) {
  run("CREATE TABLE log (what TEXT)");
  run("CREATE TABLE t (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES t (id), n INTEGER)");
  run("CREATE TABLE child (id INTEGER PRIMARY KEY, t_id INTEGER NOT NULL REFERENCES t ON DELETE "
      "CASCADE)");
  run("CREATE VIEW v AS SELECT n FROM t; CREATE VIEW w (m) AS SELECT n + 1 FROM v");
  run("CREATE TRIGGER own AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('t ' || new.n); END");
  run("CREATE TRIGGER other AFTER INSERT ON child BEGIN UPDATE t SET n = n + 100 "
      "WHERE id = new.t_id; END");
  run("CREATE TRIGGER instead INSTEAD OF INSERT ON v BEGIN INSERT INTO t (n) VALUES (new.n); END");
  run("INSERT INTO t (id, parent, n) VALUES (1, NULL, 10), (2, 1, 20)");
  const std::string child = sqlOf("child"), view = sqlOf("w"), trigger = sqlOf("other");
  rebuild();
  EXPECT_EQ(sqlOf("child"), child);
  EXPECT_EQ(sqlOf("w"), view);
  EXPECT_EQ(sqlOf("other"), trigger);
  EXPECT_EQ(texts("SELECT what FROM log"), "t 10|t 20");  // The copy fires no trigger.
  run("INSERT INTO child (t_id) VALUES (1)");
  run("INSERT INTO v (n) VALUES (5)");
  EXPECT_EQ(texts("SELECT CAST(m AS TEXT) FROM w ORDER BY m"), "6|21|111");
  EXPECT_EQ(texts("SELECT what FROM log"), "t 10|t 20|t 5");
  EXPECT_EQ(kindOf([&] { run("UPDATE t SET parent = 99 WHERE id = 2"); }),
            repot::ErrorKind::foreignKey);
  run("UPDATE t SET parent = NULL; DELETE FROM t WHERE id = 1");
  EXPECT_EQ(number("SELECT count(*) FROM child"), 0);
}

TEST_P(SqliteRebuild, KeepsTheSequenceOfKeysHandedOut) {
  make(Changes().createTable(
      "t", [](TableBuilder& table) { table.identity("id").column("n", integer).nullable(); }));
  run("INSERT INTO t (n) VALUES (1), (2), (3); DELETE FROM t WHERE id = 3");
  rebuild();
  run("INSERT INTO t (n) VALUES (4)");
  EXPECT_EQ(number("SELECT max(id) FROM t"), 4);
  run("DELETE FROM t");
  make(Changes().add(DropConstraint{"t", "ck_added"}));
  run("INSERT INTO t (n) VALUES (5)");
  EXPECT_EQ(number("SELECT id FROM t"), 5);
  EXPECT_EQ(number("SELECT count(*) FROM sqlite_sequence"), 1);
}

TEST_P(SqliteRebuild, KeepsWithoutRowidAndStrict) {
  run("CREATE TABLE t (a TEXT, b ANY, PRIMARY KEY (a)) STRICT, WITHOUT ROWID");
  run("INSERT INTO t VALUES ('x', 1), ('y', '1')");
  rebuild();
  EXPECT_EQ(texts("SELECT typeof(b) FROM t ORDER BY a"), "integer|text");
  EXPECT_NE(sqlOf("t").find("WITHOUT ROWID, STRICT"), std::string::npos) << sqlOf("t");
  EXPECT_NE(kindOf([&] { run("SELECT rowid FROM t"); }), repot::ErrorKind::internal);
}

TEST_P(SqliteRebuild, RefusesWhatWouldBreakViewsAndTriggers) {
  run("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, gone INTEGER); CREATE TABLE s (x "
      "INTEGER)");
  run("CREATE VIEW v AS SELECT gone FROM t");
  const Schema before = live();
  const std::string view = messageOf([&] { make(Changes().dropColumn("t", "gone")); });
  EXPECT_NE(view.find("view \"v\""), std::string::npos) << view;
  run("DROP VIEW v; CREATE TRIGGER r AFTER DELETE ON s BEGIN UPDATE t SET gone = 1; END");
  const std::string trigger = messageOf([&] { make(Changes().dropColumn("t", "gone")); });
  EXPECT_NE(trigger.find("trigger \"r\""), std::string::npos) << trigger;
  EXPECT_NE(live().find("t")->find("gone"), nullptr);
  run("DROP TRIGGER r");
  make(Changes().dropColumn("t", "gone"));
}

TEST_P(SqliteRebuild, LetsOwnSqlMakeAnewWhatItDrops) {
  run("CREATE TABLE t (a TEXT); CREATE VIEW v AS SELECT a FROM t");
  make(Changes().execute("DROP TABLE t").execute("CREATE TABLE t (a TEXT, b TEXT)"));
  EXPECT_EQ(texts("SELECT a FROM v"), "");
}

TEST_P(SqliteRebuild, RefusesWhatItCannotKeep) {
  run("CREATE TABLE t (a TEXT UNIQUE ON CONFLICT REPLACE, b TEXT)");
  const std::string message = messageOf([&] { make(Changes().dropColumn("t", "b")); });
  EXPECT_NE(message.find("ON CONFLICT"), std::string::npos) << message;
  EXPECT_NE(live().find("t")->find("b"), nullptr);
}

TEST_P(SqliteRebuild, FindsRowsThatAViolatedForeignKeyLeaves) {
  run("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (p_id INTEGER, n INTEGER)");
  run("INSERT INTO t VALUES (7, 1)");
  ForeignKey key;
  key.columns = {"p_id"};
  key.table = "p";
  key.targetColumns = {"id"};
  const std::string message = messageOf([&] { make(Changes().add(AddForeignKey{"t", key})); });
  EXPECT_NE(message.find("table \"t\" (rowid 1)"), std::string::npos) << message;
  EXPECT_TRUE(table("t").foreignKeys.empty());
  EXPECT_EQ(number("PRAGMA foreign_keys"), 1);
  EXPECT_EQ(number("PRAGMA legacy_alter_table"), 0);
}

TEST_P(SqliteRebuild, TakesTablesOfManyColumns) {
  std::string columns, values;
  for (int i = 0; i < 250; ++i) {
    columns += (i == 0 ? "c" : ", c") + std::to_string(i);
    values += (i == 0 ? "" : ", ") + std::to_string(i);
  }
  run("CREATE TABLE t (" + columns + "); INSERT INTO t VALUES (" + values + ")");
  make(Changes().dropColumn("t", "c120"));
  EXPECT_EQ(number("SELECT c119 + c121 + c249 FROM t"), 119 + 121 + 249);
}

INSTANTIATE_TEST_SUITE_P(Backends, SqliteRebuild,
                         testing::Values(Target::sqliteFile, Target::sqliteMemory),
                         [](const auto& parameter) { return nameOf(parameter.param); });

}  // namespace
