// Primary keys, identities, unique keys, indexes (sections 7 and 10 of the catalogue of cases).
#include "fixture.hpp"

namespace repot::migrate::test {
namespace {

TEST(PlanCases, C090_only_the_rowid_alias_becomes_an_identity) {
  const Plan plan = planOf(
      "CREATE TABLE a(id INTEGER PRIMARY KEY); CREATE TABLE b(id INT PRIMARY KEY);"
      "CREATE TABLE c(id INTEGER PRIMARY KEY DESC); CREATE TABLE d(id INTEGER, PRIMARY KEY(id));"
      "CREATE TABLE e(id \"integer\" PRIMARY KEY)");
  EXPECT_TRUE(columnOf(plan, "a", "id").identity);
  EXPECT_FALSE(columnOf(plan, "b", "id").identity);
  EXPECT_FALSE(columnOf(plan, "c", "id").identity);
  EXPECT_TRUE(columnOf(plan, "d", "id").identity);
  EXPECT_TRUE(columnOf(plan, "e", "id").identity);
}

TEST(PlanCases, C091_the_identity_goes_on_above_all_that_was_handed_out) {
  const Plan plan = planOf(
      "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES(1),(2),(3);"
      "DELETE FROM t WHERE id>1; CREATE TABLE u(id INTEGER PRIMARY KEY); INSERT INTO u VALUES(5);"
      "CREATE TABLE v(id INTEGER PRIMARY KEY); INSERT INTO v VALUES(-5);"
      "INSERT INTO sqlite_sequence VALUES('t','x'),('t',NULL),('gone',7)");
  EXPECT_EQ(columnOf(plan, "t", "id").identityNext, 4);
  EXPECT_EQ(columnOf(plan, "u", "id").identityNext, 6);
  EXPECT_EQ(columnOf(plan, "v", "id").identityNext, 1);
}

TEST(PlanCases, C092_an_exhausted_identity_is_told) {
  const Plan plan =
      planOf("CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES(9223372036854775807)");
  EXPECT_TRUE(columnOf(plan, "t", "id").identityExhausted);
  EXPECT_NE(findingOf(plan, "identity-exhausted", "t.id"), nullptr);
}

TEST(PlanCases, C093_a_primary_key_with_nulls_becomes_unique) {
  const Plan plan =
      planOf("CREATE TABLE t(a TEXT PRIMARY KEY, b); INSERT INTO t VALUES(NULL,1),(NULL,2)");
  EXPECT_NE(objectsOf(plan).find("UNIQUE (\"a\")"), std::string::npos) << objectsOf(plan);
  EXPECT_EQ(objectsOf(plan).find("PRIMARY KEY"), std::string::npos);
  EXPECT_FALSE(columnOf(plan, "t", "a").notNull);
  EXPECT_EQ(findingOf(plan, "null-in-primary-key")->count, 2);
}

TEST(PlanCases, C094_composite_keys_keep_their_order) {
  const Plan plan = planOf(
      "CREATE TABLE t(a INT, b INT, c INT, PRIMARY KEY(b,a)) WITHOUT ROWID;"
      "CREATE TABLE c(x INT, y INT, FOREIGN KEY(x,y) REFERENCES t)");
  EXPECT_NE(objectsOf(plan).find("PRIMARY KEY (\"b\", \"a\")"), std::string::npos);
  EXPECT_NE(objectsOf(plan).find("REFERENCES \"t\" (\"b\", \"a\")"), std::string::npos);
}

TEST(PlanCases, C095_without_rowid_has_no_rowid_nor_identity) {
  const Plan plan =
      planOf("CREATE TABLE t(id INTEGER PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES(3)");
  EXPECT_EQ(tableOf(plan, "t").rowidName, "");
  EXPECT_FALSE(columnOf(plan, "t", "id").identity);
  EXPECT_EQ(tableOf(plan, "t").rows, 1);
}

TEST(PlanCases, C096_a_unique_key_equal_to_the_primary_key_is_made_once) {
  const Plan plan = planOf("CREATE TABLE t(k TEXT UNIQUE PRIMARY KEY)");
  EXPECT_EQ(plan.objects.size(), 1U) << objectsOf(plan);
}

TEST(PlanCases, C120_nocase_keys_become_expressions_that_fold_ascii_alone) {
  const Plan plan = planOf(
      "CREATE TABLE u(email TEXT COLLATE NOCASE UNIQUE, r TEXT COLLATE RTRIM UNIQUE);"
      "INSERT INTO u(email) VALUES('Abc'),('É'),('é')");
  EXPECT_NE(objectsOf(plan).find("(lower(\"email\" COLLATE \"C\"))"), std::string::npos)
      << objectsOf(plan);
  EXPECT_NE(objectsOf(plan).find("(rtrim(\"r\", ' '))"), std::string::npos);
  EXPECT_NE(findingOf(plan, "collation", "u.email"), nullptr);
}

TEST(PlanCases, C121_descending_and_collated_indexes_are_kept) {
  const Plan plan =
      planOf("CREATE TABLE t(a TEXT, c INT); CREATE INDEX i3 ON t(c DESC, a COLLATE NOCASE)");
  EXPECT_NE(
      objectsOf(plan).find(
          "CREATE INDEX \"i3\" ON \"t\" (\"c\" DESC NULLS LAST, lower(\"a\" COLLATE \"C\") ASC "
          "NULLS FIRST)"),
      std::string::npos)
      << objectsOf(plan);
}

TEST(PlanCases, C121_a_partial_unique_index_is_never_made_full) {
  const Plan plan = planOf(
      "CREATE TABLE t(a TEXT, deleted INT); CREATE UNIQUE INDEX live ON t(a) WHERE deleted IS NULL;"
      "INSERT INTO t VALUES('x',NULL),('x',1)");
  const std::string objects = objectsOf(plan);
  const bool partial = objects.find("\"deleted\" IS NULL") != std::string::npos;
  EXPECT_TRUE(partial || findingOf(plan, "index", "live") != nullptr) << objects;
  EXPECT_EQ(objects.find("\"live\" ON \"t\" (\"a\" ASC NULLS FIRST)\n"), std::string::npos);
}

TEST(PlanCases, C122_long_indexed_values_are_told) {
  const Plan plan =
      planOf("CREATE TABLE t(url TEXT UNIQUE); INSERT INTO t VALUES(hex(randomblob(3000)))");
  EXPECT_NE(findingOf(plan, "long-indexed-values", "t.url"), nullptr);
  EXPECT_FALSE(plan.refused());
}

TEST(PlanCases, C126_nulls_sort_first_as_in_SQLite) {
  const Plan plan = planOf("CREATE TABLE t(a INT); CREATE INDEX i ON t(a)");
  EXPECT_NE(objectsOf(plan).find("(\"a\" ASC NULLS FIRST)"), std::string::npos);
}

TEST(PlanCases, C129a_not_null_is_kept) {
  const Plan plan = planOf(
      "CREATE TABLE nn(a TEXT NOT NULL, b INTEGER NOT NULL DEFAULT 7, c VARCHAR(10) NOT NULL)");
  for (const char* column : {"a", "b", "c"})
    EXPECT_TRUE(columnOf(plan, "nn", column).notNull);
}

TEST(PlanCases, C129_violated_not_null_is_left_off_and_told) {
  const Plan plan = planOf(
      "CREATE TABLE t(a TEXT); INSERT INTO t VALUES(NULL),('x'); PRAGMA writable_schema=ON;"
      "UPDATE sqlite_schema SET sql='CREATE TABLE t(a TEXT NOT NULL)' WHERE name='t'");
  EXPECT_FALSE(columnOf(plan, "t", "a").notNull);
  EXPECT_EQ(findingOf(plan, "not-null-violated", "t.a")->count, 1);
}

TEST(PlanCases, C130_generated_columns_arrive) {
  const Plan plan = planOf(
      "CREATE TABLE g(a INT, b INT GENERATED ALWAYS AS (a*2) VIRTUAL, d AS "
      "(json_extract('[1]','$[0]')));"
      "INSERT INTO g(a) VALUES(1)");
  EXPECT_EQ(tableOf(plan, "g").columns.size(), 3U);
  EXPECT_EQ(typeOf(plan, "g", "b"), "bigint");
  EXPECT_FALSE(columnOf(plan, "g", "d").generatedSql);
  EXPECT_NE(findingOf(plan, "generated-column", "g.d"), nullptr);
}

TEST(PlanCases, C131_views_are_translated_reported_or_known_to_be_broken) {
  const std::string sql =
      "CREATE TABLE t(a TEXT, b INT); CREATE VIEW v AS SELECT a FROM t;"
      "CREATE VIEW broken AS SELECT * FROM nope;"
      "CREATE VIEW bare AS SELECT a, b FROM t GROUP BY a;";
  const Plan plan = planOf(sql);
  ASSERT_EQ(plan.views.size(), 1U);
  EXPECT_EQ(plan.views[0].sql, R"(CREATE VIEW "v" ("a") AS SELECT "t"."a" FROM "t")");
  ASSERT_NE(findingOf(plan, "view-broken", "broken"), nullptr);
  EXPECT_EQ(findingOf(plan, "view-broken")->level, Finding::Level::warning);
  ASSERT_NE(findingOf(plan, "view", "bare"), nullptr);
  EXPECT_EQ(findingOf(plan, "view", "bare")->level, Finding::Level::reported);

  PlanOptions skip;
  skip.views = PlanOptions::Views::skip;
  EXPECT_TRUE(planOf(sql, skip).views.empty());
  EXPECT_FALSE(planOf(sql, skip).hasReported());
}

TEST(PlanCases, C132_triggers_are_reported_with_a_proposal) {
  const Plan plan = planOf(
      "CREATE TABLE t(a TEXT); CREATE TRIGGER g AFTER UPDATE OF a ON t WHEN new.a > 'x' BEGIN "
      "DELETE FROM t WHERE a = old.a; END;");
  const Finding* trigger = findingOf(plan, "trigger", "g");
  ASSERT_NE(trigger, nullptr);
  EXPECT_EQ(trigger->level, Finding::Level::reported);
  EXPECT_NE(trigger->sql.find("CREATE TRIGGER g"), std::string::npos);
  EXPECT_NE(trigger->advice.find("CREATE TRIGGER \"g\" AFTER UPDATE OF \"a\" ON \"t\" FOR EACH ROW "
                                 "WHEN (new.a > 'x') EXECUTE FUNCTION \"g\"()"),
            std::string::npos)
      << trigger->advice;
}

TEST(PlanCases, C133_virtual_tables_are_copied_by_their_columns_without_shadows) {
  const Plan plan = planOf(
      "CREATE VIRTUAL TABLE f USING fts5(x); INSERT INTO f VALUES('hello');"
      "CREATE VIRTUAL TABLE r USING rtree(id, a, b); INSERT INTO r VALUES(1, 0.5, 2);"
      "CREATE VIRTUAL TABLE n USING fts5(y, content='')");
  ASSERT_EQ(plan.tables.size(), 2U);
  EXPECT_EQ(tableOf(plan, "f").rows, 1);
  EXPECT_EQ(tableOf(plan, "f").columns.size(), 1U);
  EXPECT_EQ(tableOf(plan, "r").columns.size(), 3U);
  EXPECT_EQ(findingOf(plan, "virtual-table", "n")->level, Finding::Level::reported);
}

TEST(PlanCases, C133_shadows_of_a_missing_module_are_known_by_name) {
  const Plan plan = planOf(
      "CREATE TABLE v_node(a); CREATE TABLE v_parent(a); CREATE TABLE other(a);"
      "PRAGMA writable_schema=ON; INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)"
      "VALUES('table','v','v',0,'CREATE VIRTUAL TABLE v USING rtree_of_mars(id)')");
  ASSERT_EQ(plan.tables.size(), 1U);
  EXPECT_EQ(plan.tables[0].source, "other");
  EXPECT_EQ(findingOf(plan, "virtual-table", "v")->level, Finding::Level::reported);
}

}  // namespace
}  // namespace repot::migrate::test
