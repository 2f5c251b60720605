// Identifiers (section 6 of the catalogue of cases).
#include "fixture.hpp"

#include <engine/names.hpp>

#include <set>

namespace repot::migrate::test {
namespace {

TEST(PlanCases, C080_names_keep_their_case_and_references_find_them) {
  const std::string source =
      "CREATE TABLE Users(Id INTEGER PRIMARY KEY);"
      "CREATE TABLE \"Notes\"(\"ownerId\" INTEGER REFERENCES users(ID))";
  const Plan plan = planOf(source);
  EXPECT_NE(objectsOf(plan).find("FOREIGN KEY (\"ownerId\") REFERENCES \"Users\" (\"Id\")"),
            std::string::npos)
      << objectsOf(plan);
  PlanOptions options;
  options.nameCase = PlanOptions::NameCase::lower;
  EXPECT_NE(objectsOf(planOf(source, options)).find("(\"ownerid\") REFERENCES \"users\" (\"id\")"),
            std::string::npos);
}

TEST(PlanCases, C081_long_names_are_cut_here_and_stay_apart) {
  const std::string long1 = std::string(64, 'x') + "1", long2 = std::string(64, 'x') + "2";
  const Plan plan = planOf("CREATE TABLE " + long1 + "(a); CREATE TABLE " + long2 + "(a)");
  std::set<std::string> names;
  for (const TablePlan& table : plan.tables) {
    EXPECT_LE(table.target.size(), 63U);
    names.insert(table.target);
  }
  EXPECT_EQ(names.size(), 2U);
  EXPECT_NE(findingOf(plan, "renamed", long1), nullptr);
}

TEST(NameSpace, cuts_at_the_border_of_a_character) {
  NameSpace names(PlanOptions::NameCase::preserve);
  std::string accents;
  for (int i = 0; i < 40; ++i)
    accents += "é";
  const std::string name = names.allocate(accents);
  EXPECT_EQ(name.size(), 54U + 9U);
  EXPECT_NE(names.allocate(accents), name);
}

TEST(PlanCases, C082_odd_names_are_quoted_and_empty_ones_replaced) {
  const Plan plan = planOf(
      "CREATE TABLE \"order\"(\"select\" INT, \"a\"\"b\" INT, \"c d\" INT, \"\" INT, \"x'y\" INT);"
      "INSERT INTO \"order\" VALUES(1,2,3,4,5)");
  const std::string sql = createTableSql(tableOf(plan, "order"));
  EXPECT_NE(sql.find("\"a\"\"b\" bigint"), std::string::npos) << sql;
  EXPECT_NE(columnOf(plan, "order", "").target, "");
  EXPECT_NE(findingOf(plan, "renamed", "order."), nullptr);
}

TEST(PlanCases, C083_system_columns_are_renamed) {
  const Plan plan = planOf("CREATE TABLE t(xmin INT, ctid INT, oid INT)");
  EXPECT_NE(columnOf(plan, "t", "xmin").target, "xmin");
  EXPECT_NE(columnOf(plan, "t", "ctid").target, "ctid");
  EXPECT_EQ(columnOf(plan, "t", "oid").target, "oid");
}

TEST(PlanCases, C084_implicit_names_give_way_to_tables) {
  const Plan plan = planOf(
      "CREATE TABLE t(id INTEGER PRIMARY KEY); CREATE TABLE t_pkey(a); CREATE TABLE t_id_seq(a)");
  EXPECT_EQ(tableOf(plan, "t_pkey").target, "t_pkey");
  EXPECT_EQ(objectsOf(plan).find("ADD CONSTRAINT \"t_pkey\""), std::string::npos);
  EXPECT_NE(columnOf(plan, "t", "id").identitySequence, "");
  EXPECT_NE(createTableSql(tableOf(plan, "t")).find("SEQUENCE NAME"), std::string::npos);
}

TEST(PlanCases, C134_internal_tables_are_left_and_bookkeeping_copied) {
  const Plan plan = planOf(
      "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT); CREATE INDEX i ON t(id);"
      "CREATE TABLE schema_migrations(version TEXT PRIMARY KEY); INSERT INTO t VALUES(1); ANALYZE");
  EXPECT_EQ(plan.tables.size(), 2U);
  EXPECT_EQ(tableOf(plan, "schema_migrations").columns.size(), 1U);
}

TEST(Filters, globs_choose_tables) {
  PlanOptions options;
  options.include = {"a*"};
  options.exclude = {"A2"};
  const Plan plan = planOf("CREATE TABLE a1(x); CREATE TABLE a2(x); CREATE TABLE b(x)", options);
  ASSERT_EQ(plan.tables.size(), 1U);
  EXPECT_EQ(plan.tables[0].source, "a1");
}

}  // namespace
}  // namespace repot::migrate::test
