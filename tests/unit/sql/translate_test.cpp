// Expressions of SQLite in PostgreSQL's SQL, one line per rule: the exact text, or a refusal.
#include "engine/sql/translate.hpp"

#include <repot/sqlite/grammar/parser.hpp>

#include <gtest/gtest.h>

#include <map>

namespace repot::sql {
namespace {

std::optional<ColumnInfo> column(std::string_view, std::string_view name) {
  static const std::map<std::string, ColumnInfo, std::less<>> columns = {
      {"i", {"\"i\"", TypeClass::integer, "", false, false}},
      {"k", {"\"k\"", TypeClass::integer, "", true, false}},
      {"r", {"\"r\"", TypeClass::real, "", false, false}},
      {"n", {"\"n\"", TypeClass::numeric, "", false, false}},
      {"flag", {"\"flag\"", TypeClass::boolean, "", false, false}},
      {"yes", {"\"yes\"", TypeClass::boolean, "", false, true}},
      {"mix", {"\"mix\"", TypeClass::real, "", false, false, true}},
      {"t", {"\"t\"", TypeClass::text, "BINARY", false, false}},
      {"nc", {"\"nc\"", TypeClass::text, "NOCASE", false, false}},
      {"rt", {"\"rt\"", TypeClass::text, "RTRIM", false, false}},
      {"loc", {"\"loc\"", TypeClass::text, "LOCALIZED", false, false}},
      {"b", {"\"b\"", TypeClass::bytea, "", false, false}},
      {"d", {"\"d\"", TypeClass::date, "", false, false}},
      {"ts", {"\"ts\"", TypeClass::timestamp, "", false, false}},
      {"j", {"\"j\"", TypeClass::json, "", false, false}}};
  const auto found = columns.find(name);
  return found == columns.end() ? std::nullopt : std::optional(found->second);
}

Translation check(std::string_view sql) {
  const auto parsed = parseExpression(sql);
  EXPECT_TRUE(parsed) << sql << ": " << parsed.error;
  return parsed ? translateCheck(**parsed.value, column) : Translation{};
}

constexpr const char* refused = nullptr;

struct Case {
  const char* source;
  const char* wanted;
};

class Conditions : public testing::TestWithParam<Case> {};

TEST_P(Conditions, AreTranslatedExactlyOrRefused) {
  const auto& [source, wanted] = GetParam();
  const Translation result = check(source);
  EXPECT_EQ(result.sql.has_value(), result.reason.empty()) << source;
  EXPECT_EQ(result.sql.value_or("refused"), wanted == refused ? "refused" : wanted)
      << source << ": " << result.reason;
}

INSTANTIATE_TEST_SUITE_P(
    Comparison, Conditions,
    testing::Values(
        Case{"i >= 0", "\"i\" >= 0"}, Case{"i == 0x10", "\"i\" = 16"},
        Case{"i != -1", "\"i\" <> (-1)"}, Case{"i > 1.5", "\"i\" > 1.5"}, Case{"i = r", refused},
        Case{"n > 0.5", "\"n\" > 0.5"}, Case{"n = r", refused}, Case{"i = 'a'", refused},
        Case{"t = 5", refused}, Case{"t = 'it''s'", "\"t\" = 'it''s'"},
        Case{"t < 'x'", "\"t\" COLLATE \"C\" < 'x' COLLATE \"C\""},
        Case{"\"t\" IN (\"x\", \"y\")", "\"t\" IN ('x', 'y')"}, Case{"t IN ()", "false"},
        Case{"t NOT IN ('a', NULL)", "\"t\" NOT IN ('a', NULL)"},
        Case{"nc = 'Abc'", "lower(\"nc\" COLLATE \"C\") = 'abc'"},
        Case{"nc IN ('A')", "lower(\"nc\" COLLATE \"C\") IN ('a')"},
        Case{"nc = 'A' COLLATE BINARY", "\"nc\" = 'A'"},
        Case{"t = 'A' COLLATE NOCASE", "lower(\"t\" COLLATE \"C\") = 'a'"},
        Case{"rt = 'a'", "rtrim(\"rt\", ' ') = rtrim('a', ' ')"}, Case{"loc = 'a'", refused},
        Case{"d >= '2020-01-01'", "\"d\" >= '2020-01-01'::date"}, Case{"d >= 'soon'", refused},
        Case{"ts > '2020-01-01'", refused}, Case{"b = x'00FF'", "\"b\" = '\\x00FF'::bytea"},
        Case{"b = 'a'", refused}, Case{"i BETWEEN 1 AND 5", "(\"i\" >= 1) AND (\"i\" <= 5)"},
        Case{"i NOT BETWEEN 1 AND 5", "NOT ((\"i\" >= 1) AND (\"i\" <= 5))"},
        Case{"i = NULL", "NULL::boolean"}, Case{"i IS NULL", "\"i\" IS NULL"},
        Case{"ts NOTNULL", "\"ts\" IS NOT NULL"}, Case{"i IS NOT 3", "\"i\" IS DISTINCT FROM 3"},
        Case{"i IS k", "\"i\" IS NOT DISTINCT FROM \"k\""},
        Case{"i IS NOT DISTINCT FROM k", "\"i\" IS NOT DISTINCT FROM \"k\""},
        Case{"nope = 1", refused}, Case{"i = ?", refused}, Case{"(i, k) = (1, 2)", refused},
        Case{"i IN (SELECT 1)", refused}, Case{"i = 9223372036854775808", refused}));

INSTANTIATE_TEST_SUITE_P(
    Truth, Conditions,
    testing::Values(
        Case{"flag", "\"flag\""}, Case{"flag = 1", "\"flag\""}, Case{"0 = flag", "NOT \"flag\""},
        Case{"flag <> 1", "NOT \"flag\""},
        Case{"flag IS 1", "\"flag\"::int IS NOT DISTINCT FROM 1"},
        Case{"flag > 0", "\"flag\"::int > 0"}, Case{"flag IN (1)", "\"flag\" IN (true)"},
        Case{"flag IS TRUE", "\"flag\" IS TRUE"}, Case{"yes", refused},
        Case{"yes IS NULL", "\"yes\" IS NULL"}, Case{"i", "\"i\" <> 0"}, Case{"1", "true"},
        Case{"t", refused}, Case{"NOT i = 1", "NOT (\"i\" = 1)"},
        Case{"NOT (i IS NULL)", "\"i\" IS NOT NULL"},
        Case{"i > 0 AND k > 0 AND flag", "(\"i\" > 0) AND (\"k\" > 0) AND \"flag\""},
        Case{"i > 0 AND (k > 0 OR flag)", "(\"i\" > 0) AND ((\"k\" > 0) OR \"flag\")"},
        Case{"CASE WHEN flag THEN i ELSE 1 END", "CASE WHEN \"flag\" THEN \"i\" ELSE 1 END <> 0"},
        Case{"CASE i WHEN 1 THEN flag END", "CASE WHEN \"i\" = 1 THEN \"flag\" END"},
        Case{"iif(flag, i > 0, k > 0)", "CASE WHEN \"flag\" THEN \"i\" > 0 ELSE \"k\" > 0 END"}));

INSTANTIATE_TEST_SUITE_P(
    Functions, Conditions,
    testing::Values(
        Case{"length(t) < 5", "length(\"t\") < 5"},
        Case{"length(b) = 16", "octet_length(\"b\") = 16"}, Case{"length(d) = 10", refused},
        Case{"lower(t) = t", "lower(\"t\" COLLATE \"C\") = \"t\""},
        Case{"coalesce(t, '') <> ''", "coalesce(\"t\", '') <> ''"},
        Case{"ifnull(i, 'x') = 1", refused},
        Case{"substr(t, 1, 2) = 'ab'", "substr(\"t\", 1, 2) = 'ab'"},
        Case{"substr(t, -2) = 'ab'", refused}, Case{"instr(t, '@') > 0", "strpos(\"t\", '@') > 0"},
        Case{"trim(t) <> ''", "btrim(\"t\", ' ') <> ''"}, Case{"round(r) = 1", refused},
        Case{"datetime(t) = t", refused}, Case{"max(i, k) > 0", refused},
        Case{"hex(b) = ''", "coalesce(upper(encode(\"b\", 'hex') COLLATE \"C\"), '') = ''"},
        Case{"t LIKE 'ABC%'", "lower(\"t\" COLLATE \"C\") LIKE 'abc%' ESCAPE ''"},
        Case{"t NOT LIKE 'a\\_%' ESCAPE '\\'",
             "lower(\"t\" COLLATE \"C\") NOT LIKE 'a\\_%' ESCAPE '\\'"},
        Case{"t LIKE 'a!' ESCAPE '!'", refused}, Case{"i LIKE '1%'", refused},
        Case{"t GLOB 'x*'", "\"t\" LIKE 'x%' ESCAPE '\\'"},
        Case{"t GLOB '100%_?'", "\"t\" LIKE '100\\%\\__' ESCAPE '\\'"},
        Case{"t GLOB '[0-9]*'", refused}, Case{"t REGEXP 'x'", refused}));

INSTANTIATE_TEST_SUITE_P(
    Arithmetic, Conditions,
    testing::Values(Case{"i * 2 = k", "(\"i\" * 2) = \"k\""},
                    Case{"i / k = 1", "(\"i\" / NULLIF(\"k\", 0)) = 1"},
                    Case{"mix / k = 1", refused}, Case{"(mix + 1) / mix > 1", refused},
                    Case{"mix / 2.5 > 1", "(\"mix\" / 2.5::float8) > 1"},
                    Case{"i % 0 = 1", "(\"i\" % NULLIF(0, 0)) = 1"},
                    Case{"r * 1.5 > 0", "(\"r\" * 1.5::float8) > 0"},
                    Case{"length(t) * 2000000000 > 0", "(length(\"t\")::bigint * 2000000000) > 0"},
                    Case{"n * 2 > 0", refused}, Case{"i << 2 = 4", refused},
                    Case{"i & 1", "(\"i\" & 1) <> 0"}, Case{"r % 2 = 0", refused},
                    Case{"(flag + (i > 0)) = 1", "(\"flag\"::int::bigint + (\"i\" > 0)::int) = 1"},
                    Case{"t || i = 'a1'", "(\"t\" || \"i\"::text) = 'a1'"},
                    Case{"t || r = 'a1'", refused}));

struct Guarantee {
  const char* source;
  bool wanted;
};

class Guarantees : public testing::TestWithParam<Guarantee> {};

TEST_P(Guarantees, AreSeenExactlyWhereTheTypeGivesThem) {
  const Translation result = check(GetParam().source);
  EXPECT_TRUE(result.sql) << result.reason;
  EXPECT_EQ(result.guaranteed, GetParam().wanted) << GetParam().source;
}

INSTANTIATE_TEST_SUITE_P(
    Types, Guarantees,
    testing::Values(Guarantee{"flag IN (0, 1)", true}, Guarantee{"flag IN (0)", false},
                    Guarantee{"typeof(k) = 'integer'", true},
                    // typeof(NULL) is 'null': the CHECK forbids NULL too.
                    Guarantee{"typeof(i) = 'integer'", false},
                    Guarantee{"typeof(i) IN ('integer', 'null')", true},
                    Guarantee{"t IS NULL OR typeof(t) = 'text'", true},
                    Guarantee{"typeof(ts) = 'text' OR ts IS NULL", true},
                    Guarantee{"json_valid(j) OR j IS NULL", true}, Guarantee{"json_valid(j)", true},
                    Guarantee{"NOT json_valid(j)", false}, Guarantee{"i > 0", false}));

TEST(Check, AsksForNoStorageClassThatTheTypeMayLack) {
  EXPECT_FALSE(check("typeof(n) = 'integer'").sql);
  EXPECT_FALSE(check("typeof(t) = 'blob'").sql);
  EXPECT_FALSE(check("typeof(mix) = 'real'").sql);
  EXPECT_FALSE(check("typeof(yes) = 'integer'").sql);
  EXPECT_EQ(check("typeof(t) = 'text'").sql, "\"t\" IS NOT NULL");
}

TEST(Predicate, StaysEvenWhereItIsGuaranteed) {
  const auto parsed = parseExpression("flag IN (0, 1)");
  ASSERT_TRUE(parsed);
  EXPECT_FALSE(translatePredicate(**parsed.value, column).guaranteed);
}

class IndexParts : public testing::TestWithParam<Case> {};

TEST_P(IndexParts, KeepOrderCollationAndPlaceOfNulls) {
  const auto& [source, wanted] = GetParam();
  const auto parsed = parseCreateIndex("CREATE INDEX x ON t(" + std::string(source) + ")");
  ASSERT_TRUE(parsed) << parsed.error;
  const Translation result = translateIndexColumn(parsed.value->columns.front(), column);
  EXPECT_EQ(result.sql.value_or("refused"), wanted == refused ? "refused" : wanted)
      << source << ": " << result.reason;
}

INSTANTIATE_TEST_SUITE_P(
    Parts, IndexParts,
    testing::Values(Case{"t", "\"t\" ASC NULLS FIRST"}, Case{"i DESC", "\"i\" DESC NULLS LAST"},
                    Case{"t COLLATE NOCASE DESC", "(lower(\"t\" COLLATE \"C\")) DESC NULLS LAST"},
                    Case{"nc", "(lower(\"nc\" COLLATE \"C\")) ASC NULLS FIRST"},
                    Case{"nc COLLATE BINARY", "\"nc\" ASC NULLS FIRST"},
                    Case{"(t COLLATE RTRIM)", "(rtrim(\"t\", ' ')) ASC NULLS FIRST"},
                    Case{"loc", refused}, Case{"ts", "\"ts\" ASC NULLS FIRST"},
                    Case{"lower(t)", "(lower(\"t\" COLLATE \"C\")) ASC NULLS FIRST"},
                    Case{"ifnull(t, '')", "(coalesce(\"t\", '')) ASC NULLS FIRST"},
                    Case{"json_extract(j, '$.x')", refused}, Case{"'t'", refused}));

TEST(IsConstant, HasNoColumnsAndNoCalls) {
  for (const char* sql : {"1 + 2", "'a' || x'00'", "CASE 1 WHEN 2 THEN 3 END"})
    EXPECT_TRUE(isConstant(**parseExpression(sql).value)) << sql;
  for (const char* sql : {"a", "random()", "CURRENT_TIMESTAMP", "?", "(SELECT 1)", "1 + a"})
    EXPECT_FALSE(isConstant(**parseExpression(sql).value)) << sql;
}

}  // namespace
}  // namespace repot::sql
