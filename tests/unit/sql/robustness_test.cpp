// Whatever the bytes, parsing and translation end, and errors point into the input.
#include "engine/sql/select.hpp"
#include "engine/sql/translate.hpp"

#include <repot/sqlite/grammar/parser.hpp>

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace repot::sql {
namespace {

std::optional<ColumnInfo> anyColumn(std::string_view, std::string_view name) {
  if (name.size() > 1) return std::nullopt;
  return ColumnInfo{"\"c\"", TypeClass::integer, "", false, false};
}

Relation anyTable(std::string_view) {
  Relation relation;
  relation.sql = "\"t\"";
  for (const char* name : {"a", "b"})
    relation.columns.push_back({name, {"\"" + std::string(name) + "\"", TypeClass::integer, ""}});
  return relation;
}

/// All entries on one input; true where any of them understood it.
bool exercise(const std::string& sql) {
  const auto table = parseCreateTable(sql);
  const auto index = parseCreateIndex(sql);
  const auto view = parseCreateView(sql);
  const auto trigger = parseCreateTrigger(sql);
  const auto expr = parseExpression(sql);
  const auto select = parseSelect(sql);
  for (const std::size_t offset :
       {table.offset, index.offset, view.offset, trigger.offset, expr.offset, select.offset}) {
    EXPECT_LE(offset, sql.size());
  }
  EXPECT_EQ(expr.value.has_value(), expr.error.empty());
  if (expr) {
    const Translation result = translateCheck(**expr.value, anyColumn);
    EXPECT_EQ(result.sql.has_value(), result.reason.empty());
  }
  if (select) {
    const SelectTranslation result = translateSelect(*select.value, anyTable, true);
    EXPECT_EQ(result.sql.has_value(), result.reason.empty());
  }
  const Translation byDefault = translateDefault(sql, TypeClass::text, false);
  EXPECT_FALSE(byDefault.sql && !byDefault.reason.empty());
  return table || index || view || trigger || expr || select;
}

constexpr std::array<std::string_view, 7> valid = {
    "CREATE TABLE \"t\"(id INTEGER PRIMARY KEY AUTOINCREMENT, a VARCHAR(10) NOT NULL DEFAULT 'x' "
    "COLLATE NOCASE CHECK(length(a) < 5), b AS (a || 'x') STORED, FOREIGN KEY(a) REFERENCES p(x) "
    "ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED) WITHOUT ROWID, STRICT",
    "CREATE UNIQUE INDEX i ON t(a COLLATE NOCASE DESC, ifnull(b, '')) WHERE c IS NOT NULL",
    "WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x + 1 FROM c WHERE x < 9) SELECT DISTINCT "
    "a, "
    "count(*) FROM t LEFT JOIN (SELECT b FROM t) AS s USING (b), c WHERE a IN (SELECT x FROM c) "
    "GROUP "
    "BY 1 HAVING max(b) > 1 ORDER BY 2 DESC LIMIT 5 OFFSET 1",
    "CREATE VIEW v(a) AS SELECT a FROM t",
    "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END",
    "CASE a WHEN 1 THEN x'00ff' ELSE CAST(b AS TEXT) END NOT IN (1, 0x10, 1e3, \"z\", ?1)",
    "a NOT BETWEEN -1 AND +2 OR NOT b LIKE 'x%' ESCAPE '\\' AND c / d % 2 IS NOT NULL"};

TEST(Robustness, ValidStatementsAreUnderstood) {
  for (const std::string_view sql : valid)
    EXPECT_TRUE(exercise(std::string(sql))) << sql;
}

TEST(Robustness, RandomBytesEnd) {
  std::mt19937 random(20261124);
  for (int round = 0; round < 5000; ++round) {
    std::string sql(random() % 60, '\0');
    for (char& c : sql)
      c = static_cast<char>(random() % 256);
    exercise(sql);
  }
}

TEST(Robustness, MutatedStatementsEnd) {
  std::mt19937 random(7);
  for (int round = 0; round < 8000; ++round) {
    std::string sql(valid[random() % valid.size()]);
    for (unsigned change = random() % 4; change > 0 && !sql.empty(); --change) {
      const std::size_t at = random() % sql.size();
      const std::string_view other = valid[random() % valid.size()];
      const std::size_t from = random() % other.size();
      switch (random() % 4) {
        case 0:
          sql.erase(at, random() % 8);
          break;
        case 1:
          sql[at] = static_cast<char>(random() % 256);
          break;
        case 2:
          sql.insert(at, other.substr(from, random() % 20));
          break;
        default:
          sql.resize(at);
      }
    }
    exercise(sql);
  }
}

TEST(Robustness, DepthIsBounded) {
  constexpr std::size_t deep = 100000;
  for (const std::string_view piece :
       {"(", "-", "NOT ", "CASE ", "f(", "a + ", "a OR ", "a COLLATE x IS ", "[", "/*", "a IN ("}) {
    std::string sql;
    for (std::size_t i = 0; i < deep; ++i)
      sql += piece;
    EXPECT_FALSE(parseExpression(sql + "1")) << piece;
    EXPECT_FALSE(parseCreateTable("CREATE TABLE t(a CHECK " + sql)) << piece;
  }
}

TEST(Robustness, DepthOfSqliteItselfIsAccepted) {
  std::string sum = "1";
  for (std::size_t i = 1; i < Expr::maxDepth; ++i)
    sum += " + 1";
  const auto parsed = parseExpression(sum);
  ASSERT_TRUE(parsed) << parsed.error;
  EXPECT_EQ((*parsed.value)->depth, Expr::maxDepth);
  EXPECT_FALSE(parseExpression(sum + " + 1"));
}

}  // namespace
}  // namespace repot::sql
