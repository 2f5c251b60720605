// The quick proof that no row lacks its parent: it may be undecided, but never wrong.
#include "fixture.hpp"

#include <repot/sqlite/bulk.hpp>

#include <engine/parent_keys.hpp>
#include <gtest/gtest.h>

namespace repot::migrate::test {
namespace {

bool proved(const std::string& sql, const std::vector<std::string>& columns = {"a"},
            std::int64_t atOnce = 1000) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("keys.db");
  runScript(path, sql);
  auto source = sqlite::SqliteSource::open(path);
  const auto rows = [&](const std::string& table) {
    sqlite::Statement count = source.prepare("SELECT count(*) FROM " + table);
    count.step();
    return count.int64(0);
  };
  std::string list;
  for (const std::string& column : columns)
    list += (list.empty() ? "" : ", ") + column;
  return haveParents(
      {&source.reader()},
      {{"child", columns, "SELECT " + list + " FROM parent", rows("child"), rows("parent")}},
      atOnce)[0];
}

const std::string thousands =
    "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 3000) ";

TEST(ParentKeys, AreFoundWhateverTheirClass) {
  EXPECT_TRUE(proved(
      "CREATE TABLE parent (a); CREATE TABLE child (a);"
      "INSERT INTO parent VALUES (1), (-9223372036854775808), (2.5), ('x'), (''), (x''), (x'00');"
      "INSERT INTO child SELECT a FROM parent; INSERT INTO child VALUES (NULL), ('x')"));
}

TEST(ParentKeys, OneThatIsMissingLeavesItUndecided) {
  for (const char* missing : {"2", "'1'", "x'31'", "1.0", "'y'"}) {
    EXPECT_FALSE(
        proved("CREATE TABLE parent (a); CREATE TABLE child (a);"
               "INSERT INTO parent VALUES (1), ('x');"
               "INSERT INTO child VALUES (1), ('x'), (" +
               std::string(missing) + ")"))
        << missing;
  }
}

TEST(ParentKeys, ColumnsOfOneKeyCountTogether) {
  const std::string parent =
      "CREATE TABLE parent (a, b); CREATE TABLE child (a, b);"
      "INSERT INTO parent VALUES ('x', 'yz'), ('xy', 'z');";
  EXPECT_TRUE(proved(parent + "INSERT INTO child VALUES ('xy', 'z'), ('q', NULL)", {"a", "b"}));
  EXPECT_FALSE(proved(parent + "INSERT INTO child VALUES ('xyz', '')", {"a", "b"}));
  EXPECT_FALSE(proved(parent + "INSERT INTO child VALUES ('yz', 'x')", {"a", "b"}));
}

TEST(ParentKeys, MoreThanAreKeptAtOnceAreTakenInParts) {
  const std::string tables = "CREATE TABLE parent (a); CREATE TABLE child (a);" + thousands +
                             "INSERT INTO parent SELECT 'key ' || n FROM s;"
                             "INSERT INTO child SELECT a FROM parent;";
  EXPECT_TRUE(proved(tables));
  EXPECT_FALSE(proved(tables + "INSERT INTO child VALUES ('key 3001')"));
  // Far too many parts: SQLite's own way is then no slower.
  EXPECT_FALSE(proved(tables, {"a"}, 100));
}

}  // namespace
}  // namespace repot::migrate::test
