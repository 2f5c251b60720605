// PostgreSQL's limits, found before anything is written (section 12 of the catalogue of cases).
#include "fixture.hpp"

namespace repot::migrate::test {
namespace {

std::string wideTable(int columns, const std::string& type, const std::string& value) {
  std::string create = "CREATE TABLE t(", insert = "INSERT INTO t VALUES(";
  for (int i = 0; i < columns; ++i) {
    create += (i == 0 ? "c" : ", c") + std::to_string(i) + " " + type;
    insert += (i == 0 ? "" : ", ") + value;
  }
  return create + "); " + insert + ")";
}

TEST(PlanCases, C141_more_columns_than_1600_are_refused) {
  const Plan plan = planOf(wideTable(1601, "INT", "NULL"));
  EXPECT_NE(findingOf(plan, "too-many-columns", "t"), nullptr);
  EXPECT_EQ(findingOf(planOf(wideTable(1600, "INT", "NULL")), "too-many-columns"), nullptr);
}

TEST(PlanCases, C142_rows_wider_than_a_page_are_refused_with_their_key) {
  const Plan numbers = planOf(wideTable(1100, "INT", "1"));
  ASSERT_NE(findingOf(numbers, "row-too-wide", "t"), nullptr);
  EXPECT_TRUE(findingOf(numbers, "row-too-wide")->examples.at(0).starts_with("rowid=1"));
  EXPECT_NE(findingOf(planOf(wideTable(450, "TEXT", "'123456789012345678901'")), "row-too-wide"),
            nullptr);
  EXPECT_EQ(findingOf(planOf(wideTable(400, "TEXT", "hex(zeroblob(200))")), "row-too-wide"),
            nullptr)
      << "long values move out of the page";
}

TEST(PlanCases, C143_empty_tables_and_null_columns_are_planned) {
  const Plan plan =
      planOf("CREATE TABLE e(a); CREATE TABLE n(a TEXT); INSERT INTO n VALUES(NULL),(NULL)");
  EXPECT_EQ(tableOf(plan, "e").rows, 0);
  EXPECT_EQ(tableOf(plan, "n").rows, 2);
  EXPECT_EQ(tableOf(plan, "n").bytes, 0);
}

}  // namespace
}  // namespace repot::migrate::test
