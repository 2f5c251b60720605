// Text that PostgreSQL takes, and text that it does not (section 5 of the catalogue of cases).
#include "fixture.hpp"

#include <engine/text_check.hpp>

namespace repot::migrate::test {
namespace {

TEST(PlanCases, C071_nul_in_text_is_refused_with_its_key) {
  const std::string source =
      "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t "
      "VALUES(7,'a'||char(0)||'b'),(8,'ok')";
  const Plan plan = planOf(source);
  const Finding* finding = findingOf(plan, "nul-in-text", "t.a");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->level, Finding::Level::refused);
  EXPECT_EQ(finding->count, 1);
  EXPECT_EQ(finding->examples.at(0), "id=7: text 'a\\x00b'");
  PlanOptions options;
  options.types["t.a"] = "bytea";
  EXPECT_FALSE(planOf(source, options).refused()) << "as bytes every value fits";
}

TEST(PlanCases, C072_malformed_utf8_is_refused) {
  const Plan plan = planOf(
      "CREATE TABLE t(a TEXT); INSERT INTO t VALUES(CAST(x'66ff' AS TEXT)),(CAST(x'eda080' AS "
      "TEXT)),"
      "(CAST(x'c080' AS TEXT)),(CAST(x'f4908080' AS TEXT)),('fine')");
  const Finding* finding = findingOf(plan, "invalid-utf8", "t.a");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->count, 4);
  EXPECT_EQ(finding->examples.at(0), "rowid=1: text 'f\\xff'");
}

TEST(PlanCases, C072_malformed_text_can_be_set_aside) {
  PlanOptions options;
  options.set("on-misfit", "quarantine");
  const Plan plan = planOf(
      "CREATE TABLE t(a TEXT); INSERT INTO t VALUES(CAST(x'66ff' AS TEXT)),('fine')", options);
  EXPECT_FALSE(plan.refused()) << refusals(plan);
  EXPECT_EQ(columnOf(plan, "t", "a").misfits, 1);
}

TEST(PlanCases, C073_lone_surrogates_of_utf16_are_found) {
  const Plan plan = planOf(
      "PRAGMA encoding='UTF-16le'; CREATE TABLE t(a);"
      "INSERT INTO t VALUES('é😀'),(CAST(x'00D8' AS TEXT)),(CAST(x'410000D8' AS TEXT))");
  const Finding* finding = findingOf(plan, "invalid-utf8", "t.a");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->count, 2) << "the second is one that SQLite's own conversion drops";
}

TEST(PlanCases, C074_every_valid_character_is_text) {
  const Plan plan = planOf(
      "CREATE TABLE t(a VARCHAR(2)); INSERT INTO t VALUES(char(65279)||'x'),('e'||char(769)),"
      "(char(0xFFFE)),(char(0x10FFFF))");
  EXPECT_EQ(typeOf(plan, "t", "a"), "varchar(2)");
  EXPECT_FALSE(plan.refused());
}

TEST(TextCheck, counts_characters_across_the_fast_way) {
  EXPECT_EQ(checkText("0123456789é012345678日").characters, 21U);
  EXPECT_TRUE(checkText(std::string_view("01234567\0", 9)).hasNul);
  EXPECT_TRUE(checkText(std::string_view("\0"
                                         "1234567",
                                         8))
                  .hasNul);
  EXPECT_FALSE(checkText("01234567\xc3").validUtf8) << "cut off in the middle";
}

TEST(PlanCases, C125_text_compares_by_bytes_unless_asked) {
  const std::string source = "CREATE TABLE t(a TEXT, b INT)";
  const Plan plan = planOf(source);
  EXPECT_EQ(columnOf(plan, "t", "a").collation, "C");
  EXPECT_EQ(columnOf(plan, "t", "b").collation, "");
  EXPECT_NE(createTableSql(tableOf(plan, "t")).find("\"a\" text COLLATE \"C\""), std::string::npos);
  PlanOptions options;
  options.collation = PlanOptions::Collation::database;
  EXPECT_EQ(columnOf(planOf(source, options), "t", "a").collation, "");
}

}  // namespace
}  // namespace repot::migrate::test
