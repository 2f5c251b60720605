// What is read from CREATE statements, and how expressions group.
#include <repot/sqlite/grammar/parser.hpp>

#include <gtest/gtest.h>

namespace repot::sql {
namespace {

using testing::Values;
using Names = std::vector<std::string>;

/// The tree with all its parentheses.
std::string shape(const Expr& expr) {
  const std::string head = expr.negated ? "!" : "";
  if (expr.children.empty()) return head + expr.text;
  std::string out = head + (expr.kind == Expr::Kind::is ? "is" : expr.text) + "(";
  for (std::size_t i = 0; i < expr.children.size(); ++i)
    out += (i > 0 ? " " : "") + shape(*expr.children[i]);
  return out + ")";
}

struct Grouping {
  const char* sql;
  const char* shape;
};

class Precedence : public testing::TestWithParam<Grouping> {};

TEST_P(Precedence, IsThatOfSqlite) {
  const auto parsed = parseExpression(GetParam().sql);
  ASSERT_TRUE(parsed) << parsed.error;
  EXPECT_EQ(shape(**parsed.value), GetParam().shape);
}

INSTANTIATE_TEST_SUITE_P(
    Operators, Precedence,
    Values(Grouping{"a OR b AND c", "OR(a AND(b c))"}, Grouping{"NOT a = b", "NOT(=(a b))"},
           Grouping{"NOT a AND b", "AND(NOT(a) b)"}, Grouping{"a - b - c", "-(-(a b) c)"},
           Grouping{"a + b * c", "+(a *(b c))"}, Grouping{"-a || b", "||(-(a) b)"},
           Grouping{"a || b * c", "*(||(a b) c)"}, Grouping{"a < b = c", "=(<(a b) c)"},
           Grouping{"a & b < c", "<(&(a b) c)"}, Grouping{"a == b COLLATE x", "=(a x(b))"},
           Grouping{"a BETWEEN 1 AND 2 AND b", "AND((a 1 2) b)"},
           Grouping{"a NOT BETWEEN 1 AND 2", "!(a 1 2)"},
           Grouping{"a IS NOT NULL OR b", "OR(!is(a ) b)"},
           Grouping{"a IS NOT DISTINCT FROM b", "is(a b)"}, Grouping{"a NOTNULL", "!is(a )"},
           Grouping{"a NOT NULL", "!is(a )"}, Grouping{"a NOT IN (1, 2)", "!(a 1 2)"},
           Grouping{"a LIKE 'x' ESCAPE 'y' AND b", "AND(LIKE(a x y) b)"},
           Grouping{"a = NOT b", "=(a NOT(b))"}, Grouping{"~a + b", "+(~(a) b)"},
           Grouping{"a -> 'b' ->> 'c'", "->>(->(a b) c)"},
           Grouping{"CASE a WHEN 1 THEN 2 ELSE 3 END", "(a 1 2 3)"},
           Grouping{"CAST(a AS VARCHAR(10))", "VARCHAR(10)(a)"},
           Grouping{"f(a, (SELECT 1), [b c])", "f(a SELECT 1 b c)"},
           Grouping{"a /* x */ + -- y\n 1", "+(a 1)"}));

TEST(Expression, ReportsWhereItFails) {
  const auto parsed = parseExpression("a + )");
  EXPECT_FALSE(parsed);
  EXPECT_EQ(parsed.offset, 4U);
  EXPECT_EQ(parsed.error, "expected an expression, found )");
  EXPECT_FALSE(parseExpression("a b"));
  EXPECT_FALSE(parseExpression(""));
  EXPECT_FALSE(parseExpression("'open"));
  EXPECT_FALSE(parseExpression("1abc"));
}

TEST(CreateTable, KnowsEveryColumnConstraint) {
  const auto parsed = parseCreateTable(
      "CREATE TABLE IF NOT EXISTS main.\"Or\"\"der\"(\n"
      "  id INTEGER CONSTRAINT pk PRIMARY KEY DESC ON CONFLICT REPLACE AUTOINCREMENT,\n"
      "  [a b] VARCHAR /* (DC2Type:json) */ (10, 2) NOT NULL ON CONFLICT ABORT DEFAULT (1 + (2)),\n"
      "  `c` DEFAULT -1 COLLATE nocase UNIQUE CONSTRAINT positive CHECK (c > ')'),\n"
      "  d TEXT GENERATED ALWAYS AS (a || 'x') STORED, e AS (1),\n"
      "  f INT CONSTRAINT fk REFERENCES p(id) ON DELETE SET NULL ON UPDATE CASCADE\n"
      "    DEFERRABLE INITIALLY DEFERRED NOT NULL\n"
      ") STRICT, WITHOUT ROWID;");
  ASSERT_TRUE(parsed) << parsed.error << " at " << parsed.offset;
  const TableDefinition& table = *parsed.value;
  EXPECT_EQ(table.name, "Or\"der");
  EXPECT_TRUE(table.strict);
  EXPECT_TRUE(table.withoutRowid);
  ASSERT_EQ(table.columns.size(), 6U);
  const ColumnDefinition& id = table.columns[0];
  EXPECT_TRUE(id.primaryKey && id.primaryKeyDescending && id.autoincrement && id.hasConflictClause);
  EXPECT_EQ(id.primaryKeyName, "pk");
  const ColumnDefinition& second = table.columns[1];
  EXPECT_EQ(second.name, "a b");
  EXPECT_EQ(second.typeText, "VARCHAR /* (DC2Type:json) */ (10, 2)");
  EXPECT_TRUE(second.notNull);
  EXPECT_FALSE(second.hasConflictClause) << "ABORT is the default";
  EXPECT_EQ(second.defaultSql, "1 + (2)");
  const ColumnDefinition& third = table.columns[2];
  EXPECT_EQ(third.typeText, "");
  EXPECT_EQ(third.defaultSql, "-1");
  EXPECT_EQ(third.collation, "nocase");
  EXPECT_TRUE(third.unique);
  ASSERT_EQ(third.checks.size(), 1U);
  EXPECT_EQ(third.checks[0].name, "positive");
  EXPECT_EQ(third.checks[0].exprText, "c > ')'");
  EXPECT_NE(third.checks[0].expr, nullptr);
  EXPECT_EQ(table.columns[3].typeText, "TEXT");
  EXPECT_EQ(table.columns[3].generatedText, "a || 'x'");
  EXPECT_TRUE(table.columns[3].generatedStored);
  EXPECT_EQ(table.columns[4].generatedText, "1");
  const ColumnDefinition& last = table.columns[5];
  EXPECT_TRUE(last.notNull);
  ASSERT_EQ(last.references.size(), 1U);
  const ForeignKeyDefinition& key = last.references[0];
  EXPECT_EQ(key.name, "fk");
  EXPECT_EQ(key.columns, Names{"f"});
  EXPECT_EQ(key.parentColumns, Names{"id"});
  EXPECT_EQ(key.onDelete, "SET NULL");
  EXPECT_EQ(key.onUpdate, "CASCADE");
  EXPECT_TRUE(key.deferrable && key.initiallyDeferred);
}

TEST(CreateTable, TakesTableConstraintsWithAndWithoutCommas) {
  const auto parsed = parseCreateTable(
      "CREATE TABLE t(a, b, c, CONSTRAINT k PRIMARY KEY(a COLLATE NOCASE DESC, b)"
      " ON CONFLICT IGNORE UNIQUE(b, 'c') CHECK(a IN (SELECT 1) OVER)"
      " CONSTRAINT f FOREIGN KEY(a, b) REFERENCES p MATCH FULL NOT DEFERRABLE)");
  ASSERT_TRUE(parsed) << parsed.error << " at " << parsed.offset;
  const TableDefinition& table = *parsed.value;
  ASSERT_TRUE(table.primaryKey);
  EXPECT_EQ(table.primaryKey->name, "k");
  EXPECT_EQ(table.primaryKey->columns, (Names{"a", "b"}));
  EXPECT_EQ(table.primaryKey->parts[0].collation, "NOCASE");
  EXPECT_TRUE(table.primaryKey->hasConflictClause);
  ASSERT_EQ(table.uniqueKeys.size(), 1U);
  EXPECT_EQ(table.uniqueKeys[0].columns, (Names{"b", "c"}));
  ASSERT_EQ(table.checks.size(), 1U);
  EXPECT_EQ(table.checks[0].expr, nullptr) << "not an expression, but its text is kept";
  EXPECT_EQ(table.checks[0].exprText, "a IN (SELECT 1) OVER");
  ASSERT_EQ(table.foreignKeys.size(), 1U);
  EXPECT_EQ(table.foreignKeys[0].parent, "p");
  EXPECT_TRUE(table.foreignKeys[0].parentColumns.empty());
  EXPECT_FALSE(table.foreignKeys[0].deferrable);
}

TEST(CreateTable, ReadsVirtualTables) {
  const auto parsed =
      parseCreateTable("CREATE VIRTUAL TABLE f USING fts5(title, content='a,b', x=(1,2))");
  ASSERT_TRUE(parsed) << parsed.error;
  EXPECT_EQ(parsed.value->virtualModule, "fts5");
  EXPECT_EQ(parsed.value->moduleArgs, (Names{"title", "content='a,b'", "x=(1,2)"}));
}

TEST(CreateTable, RefusesWhatIsNone) {
  EXPECT_FALSE(parseCreateTable("CREATE TABLE t"));
  EXPECT_FALSE(parseCreateTable("CREATE TABLE t(a) garbage"));
  EXPECT_FALSE(parseCreateTable("CREATE TABLE t(a,"));
  EXPECT_FALSE(parseCreateTable("CREATE TABLE t(a); DROP TABLE t"));
  EXPECT_FALSE(parseCreateTable("SELECT 1"));
}

TEST(CreateIndex, KnowsPartsAndPredicate) {
  const auto parsed = parseCreateIndex(
      "CREATE UNIQUE INDEX i ON t(a COLLATE NOCASE DESC, lower(b), \"c\") WHERE d IS NULL;");
  ASSERT_TRUE(parsed) << parsed.error;
  const IndexDefinition& index = *parsed.value;
  EXPECT_TRUE(index.unique);
  EXPECT_EQ(index.table, "t");
  ASSERT_EQ(index.columns.size(), 3U);
  EXPECT_EQ(index.columns[0].text, "a");
  EXPECT_EQ(index.columns[0].collation, "NOCASE");
  EXPECT_TRUE(index.columns[0].descending);
  EXPECT_EQ(index.columns[1].text, "lower(b)");
  EXPECT_EQ(index.whereText, "d IS NULL");
}

TEST(CreateView, KeepsItsQuery) {
  const auto parsed = parseCreateView("CREATE TEMP VIEW v(a, b) AS SELECT 1, ';' FROM t ;");
  ASSERT_TRUE(parsed) << parsed.error;
  EXPECT_EQ(parsed.value->columnNames, (Names{"a", "b"}));
  EXPECT_EQ(parsed.value->selectText, "SELECT 1, ';' FROM t");
}

TEST(CreateTrigger, KnowsTimingEventAndTable) {
  const auto parsed = parseCreateTrigger(
      "CREATE TRIGGER g INSTEAD OF UPDATE OF a, b ON \"v w\" BEGIN SELECT 1; END");
  ASSERT_TRUE(parsed) << parsed.error;
  EXPECT_EQ(parsed.value->timing, "INSTEAD OF");
  EXPECT_EQ(parsed.value->event, "UPDATE");
  EXPECT_EQ(parsed.value->table, "v w");
  EXPECT_EQ(parseCreateTrigger("CREATE TRIGGER g DELETE ON t BEGIN SELECT 1; END").value->timing,
            "BEFORE");
}

}  // namespace
}  // namespace repot::sql
