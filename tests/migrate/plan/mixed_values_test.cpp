// Values whose storage class is not the column's (sections 2 and 4 of the catalogue of cases).
#include "fixture.hpp"

#include <limits>

namespace repot::migrate::test {
namespace {

constexpr const char* products =
    "CREATE TABLE products(id INTEGER PRIMARY KEY, qty INTEGER);"
    "INSERT INTO products VALUES(1,10),(2,'lots'),(3,7)";

TEST(PlanCases, C030_text_in_a_number_column_is_refused_with_its_key) {
  const Plan plan = planOf(products);
  const Finding* finding = findingOf(plan, "mixed-storage-classes", "products.qty");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->level, Finding::Level::refused);
  EXPECT_EQ(finding->count, 1);
  EXPECT_EQ(finding->examples.at(0), "id=2: text 'lots'");
}

TEST(PlanCases, C030_policy_text_keeps_every_value_as_text) {
  PlanOptions options;
  options.set("on-misfit", "text");
  const Plan plan = planOf(products, options);
  EXPECT_FALSE(plan.refused()) << refusals(plan);
  EXPECT_EQ(typeOf(plan, "products", "qty"), "text");
  EXPECT_EQ(columnOf(plan, "products", "qty").conversion, Conversion::toText);
}

TEST(PlanCases, C030_policies_null_and_quarantine_are_written_in_the_plan) {
  PlanOptions options;
  options.set("on-misfit", "quarantine", "products.qty");
  const ColumnPlan column = columnOf(planOf(products, options), "products", "qty");
  EXPECT_EQ(typeSql(column), "bigint");
  EXPECT_EQ(column.misfit, MisfitPolicy::quarantine);
  EXPECT_EQ(column.misfits, 1);
  options.set("on-misfit", "null", "products.qty");
  EXPECT_EQ(columnOf(planOf(products, options), "products", "qty").misfit, MisfitPolicy::setNull);
}

TEST(PlanCases, C030_values_of_not_null_columns_never_become_null) {
  PlanOptions options;
  options.set("on-misfit", "null");
  const Plan plan =
      planOf("CREATE TABLE t(q INTEGER NOT NULL); INSERT INTO t VALUES(1),('lots')", options);
  EXPECT_TRUE(plan.refused());
  EXPECT_EQ(columnOf(plan, "t", "q").misfit, MisfitPolicy::fail);
}

TEST(PlanCases, C030_jsonb_is_for_columns_of_several_kinds) {
  PlanOptions options;
  options.set("mixed", "jsonb");
  const Plan plan = planOf(
      "CREATE TABLE t(qty INTEGER DEFAULT 7, open DEFAULT x'00ff', numbers INTEGER, words TEXT, "
      "readable TEXT, bytes BLOB, doc JSON, word NUMERIC DEFAULT 1.5);"
      "INSERT INTO t VALUES(1, 1, 1, 'a', 'a', x'00', '{}', 2),"
      "('lots', x'00', 2.5, 'b', x'62', 'text', 5, 'two')",
      options);
  EXPECT_FALSE(plan.refused()) << refusals(plan);
  const auto type = [&](const char* column) { return typeOf(plan, "t", column); };
  EXPECT_EQ(type("qty"), "jsonb");
  EXPECT_EQ(type("open"), "jsonb");
  EXPECT_EQ(type("word"), "jsonb");
  EXPECT_EQ(type("numbers"), "double precision");
  EXPECT_EQ(type("words"), "text");
  EXPECT_EQ(type("readable"), "text");
  EXPECT_EQ(type("bytes"), "bytea");
  EXPECT_EQ(type("doc"), "text") << "a document would become a string";
  EXPECT_EQ(columnOf(plan, "t", "qty").defaultSql, "'7'::jsonb");
  EXPECT_EQ(columnOf(plan, "t", "open").defaultSql, R"('{"blob":"\\x00ff"}'::jsonb)");
  EXPECT_EQ(columnOf(plan, "t", "word").defaultSql, "'1.5'::jsonb");
}

TEST(PlanCases, C030_a_collation_that_jsonb_has_not_is_reported) {
  PlanOptions options;
  options.set("mixed", "jsonb");
  const Plan plan = planOf(
      "CREATE TABLE t(a COLLATE NOCASE UNIQUE); INSERT INTO t VALUES('a'), (x'41')", options);
  ASSERT_NE(findingOf(plan, "collation", "t.a"), nullptr);
  EXPECT_EQ(findingOf(plan, "collation", "t.a")->level, Finding::Level::reported);
}

TEST(PlanCases, C030_integers_and_reals_share_the_narrowest_exact_type) {
  const Plan plan = planOf(
      "CREATE TABLE t(a INTEGER, b INTEGER); INSERT INTO t VALUES(10,9007199254740993),(2.5,2.5)");
  EXPECT_EQ(typeOf(plan, "t", "a"), "double precision");
  EXPECT_EQ(typeOf(plan, "t", "b"), "numeric") << "2^53+1 is not a double";
}

TEST(PlanCases, C030_blobs_beside_text_without_a_type_are_refused) {
  const Plan plan = planOf("CREATE TABLE t(a); INSERT INTO t VALUES('x'),(x'00')");
  EXPECT_NE(findingOf(plan, "mixed-storage-classes", "t.a"), nullptr);
  EXPECT_TRUE(plan.refused());
}

TEST(PlanCases, C031_text_that_only_PostgreSQL_takes_for_a_number_is_text) {
  const Plan plan = planOf("CREATE TABLE t(a INTEGER); INSERT INTO t VALUES(1),('0x1F'),('1_000')");
  ASSERT_TRUE(plan.refused());
  EXPECT_EQ(findingOf(plan, "mixed-storage-classes", "t.a")->count, 2);
}

TEST(PlanCases, C032_keys_that_conversion_makes_equal_are_refused) {
  const Plan plan = planOf("CREATE TABLE t(a UNIQUE); INSERT INTO t VALUES(1),('1'),('b')");
  const Finding* finding = findingOf(plan, "duplicates-by-conversion", "t.a");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->count, 1);
  EXPECT_FALSE(planOf("CREATE TABLE t(a UNIQUE); INSERT INTO t VALUES(1),('b')").refused());
}

TEST(PlanCases, C032_reals_are_spelled_alike_in_keys_defaults_and_rows) {
  const Plan clash = planOf("CREATE TABLE t(a UNIQUE); INSERT INTO t VALUES(1.0),('1.0'),('b')");
  EXPECT_NE(findingOf(clash, "duplicates-by-conversion", "t.a"), nullptr);
  EXPECT_FALSE(planOf("CREATE TABLE t(a UNIQUE); INSERT INTO t VALUES(1.0),('1'),('b')").refused());
  const Plan plan = planOf("CREATE TABLE t(a DEFAULT 1e20); INSERT INTO t VALUES(1.0),('b')");
  EXPECT_EQ(columnOf(plan, "t", "a").defaultSql, "'1.0e+20'");
}

TEST(PlanCases, C128_a_check_of_a_column_with_values_set_aside_binds_new_rows_only) {
  PlanOptions options;
  options.set("on-misfit", "null");
  const Plan plan = planOf(
      "CREATE TABLE t(a INTEGER, CHECK (a IS NOT NULL)); INSERT INTO t VALUES(1),('x')", options);
  EXPECT_TRUE(plan.objects.at(0).leaveNotValid);
  EXPECT_TRUE(plan.objects.at(0).sql.ends_with(" NOT VALID")) << plan.objects.at(0).sql;
}

TEST(PlanCases, C033_integer_text_that_refers_to_integers_becomes_bigint) {
  const Plan plan = planOf(
      "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(pid TEXT REFERENCES p(id));"
      "INSERT INTO p VALUES(1); INSERT INTO c VALUES('1'),(NULL)");
  EXPECT_EQ(typeOf(plan, "c", "pid"), "bigint");
  EXPECT_EQ(columnOf(plan, "c", "pid").conversion, Conversion::textToInteger);
  EXPECT_NE(findingOf(plan, "key-type-unified", "c.pid"), nullptr);
  EXPECT_NE(objectsOf(plan).find("FOREIGN KEY"), std::string::npos);
}

TEST(PlanCases, C033_other_text_that_refers_to_integers_loses_the_foreign_key) {
  const Plan plan = planOf(
      "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(pid TEXT REFERENCES p(id));"
      "INSERT INTO p VALUES(1); INSERT INTO c VALUES('1'),('01')");
  EXPECT_EQ(typeOf(plan, "c", "pid"), "text");
  EXPECT_EQ(objectsOf(plan).find("FOREIGN KEY"), std::string::npos);
  EXPECT_EQ(findingOf(plan, "foreign-key")->level, Finding::Level::reported);
}

TEST(PlanCases, C060_infinity_is_double_precision) {
  const Plan plan = planOf("CREATE TABLE t(x REAL); INSERT INTO t VALUES(9e999),(-9e999)");
  EXPECT_EQ(typeOf(plan, "t", "x"), "double precision");
  EXPECT_FALSE(plan.refused());
}

TEST(PlanCases, C062_whole_reals_stay_reals) {
  const Plan plan = planOf("CREATE TABLE t(x REAL); INSERT INTO t VALUES(10),(5)");
  EXPECT_EQ(typeOf(plan, "t", "x"), "double precision");
}

TEST(PlanCases, C063_extreme_keys_are_measured_without_overflow) {
  const Plan plan = planOf(
      "CREATE TABLE t(id INTEGER PRIMARY KEY);"
      "INSERT INTO t VALUES(-9223372036854775807-1),(0),(9223372036854775807)");
  const TablePlan& table = tableOf(plan, "t");
  EXPECT_EQ(table.rowidMin, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(table.rowidMax, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(table.rows, 3);
}

}  // namespace
}  // namespace repot::migrate::test
