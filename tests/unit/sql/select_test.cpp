// Queries of SQLite in PostgreSQL's SQL, one line per rule: the exact text, or a refusal.
#include "engine/sql/select.hpp"

#include <repot/sqlite/grammar/parser.hpp>

#include <gtest/gtest.h>

#include <string>

namespace repot::sql {
namespace {

ColumnInfo info(const char* name, TypeClass type, const char* collation = "BINARY") {
  return {"\"" + std::string(name) + "\"", type, collation};
}

/// t(id, a, s, flag, ts, nc), u(id, tid, r, n) and v(x), a view of an expression without a key.
Relation relation(std::string_view name) {
  Relation found;
  if (name == "t") {
    found.sql = "\"t\"";
    found.columns = {
        {"id", info("id", TypeClass::integer)},   {"a", info("a", TypeClass::integer)},
        {"s", info("s", TypeClass::text)},        {"flag", info("flag", TypeClass::boolean)},
        {"ts", info("ts", TypeClass::timestamp)}, {"nc", info("nc", TypeClass::text, "NOCASE")}};
    found.key = {0};
    found.rowid = 0;
  } else if (name == "u") {
    found.sql = "\"u\"";
    found.columns = {{"id", info("id", TypeClass::integer)},
                     {"tid", info("tid", TypeClass::integer)},
                     {"r", info("r", TypeClass::real)},
                     {"n", info("n", TypeClass::numeric)}};
    found.key = {0};
  } else {
    found.reason = "it reads " + std::string(name) + ", which is not copied";
  }
  for (std::size_t i = 0; i < found.columns.size(); ++i)
    found.columns[i].info.origin = i + (name == "t" ? 0 : 100);
  return found;
}

SelectTranslation translate(std::string_view sql) {
  const auto parsed = parseSelect(sql);
  EXPECT_TRUE(parsed) << sql << ": " << parsed.error;
  return parsed ? translateSelect(*parsed.value, relation, true) : SelectTranslation{};
}

constexpr const char* refused = nullptr;

struct Case {
  const char* source;
  const char* wanted;
};

class Queries : public testing::TestWithParam<Case> {};

TEST_P(Queries, AreTranslatedExactlyOrRefused) {
  const auto& [source, wanted] = GetParam();
  const SelectTranslation result = translate(source);
  EXPECT_EQ(result.sql.has_value(), result.reason.empty()) << source;
  EXPECT_EQ(result.sql.value_or("refused"), wanted == refused ? "refused" : wanted)
      << source << ": " << result.reason;
}

INSTANTIATE_TEST_SUITE_P(
    Columns, Queries,
    testing::Values(
        Case{"SELECT a, s AS x FROM t", R"(SELECT "t"."a", "t"."s" FROM "t")"},
        Case{"SELECT * FROM u", R"(SELECT "u"."id", "u"."tid", "u"."r", "u"."n" FROM "u")"},
        Case{"SELECT q.a FROM t q", R"(SELECT "q"."a" FROM "t" AS "q")"},
        Case{"SELECT ROWID FROM t", R"(SELECT "t"."id" FROM "t")"},
        Case{"SELECT rowid FROM u", refused}, Case{"SELECT nope FROM t", refused},
        Case{"SELECT id FROM t, u", refused}, Case{"SELECT x FROM missing", refused},
        Case{"SELECT \"none\" FROM t", R"(SELECT 'none'::text COLLATE "C" FROM "t")"},
        Case{"SELECT a > 1, flag FROM t",
             R"(SELECT ("t"."a" > 1)::int::bigint, "t"."flag" FROM "t")"},
        Case{"SELECT NULL, 1, 1.5", R"(SELECT NULL::text COLLATE "C", 1::bigint, 1.5::float8)"},
        Case{"SELECT n * id FROM u", R"(SELECT "u"."n"::float8 * "u"."id" FROM "u")"},
        Case{"SELECT n / id FROM u", refused}, Case{"SELECT sum(n) / count(*) FROM u", refused},
        Case{"SELECT sum(n) / 2.0 FROM u", R"(SELECT sum("u"."n"::float8) / 2.0::float8 FROM "u")"},
        Case{"SELECT round(r, 2) FROM u", refused},
        Case{"SELECT row_number() OVER (ORDER BY a) FROM t", refused},
        Case{"SELECT x FROM json_each('[]')", refused},
        Case{"SELECT a + 1 AS b FROM t WHERE b > 2",
             R"(SELECT "t"."a" + 1 FROM "t" WHERE ("t"."a" + 1) > 2)"}));

INSTANTIATE_TEST_SUITE_P(
    Joins, Queries,
    testing::Values(Case{"SELECT a FROM t, u WHERE t.id = tid",
                         R"(SELECT "t"."a" FROM "t" CROSS JOIN "u" WHERE "t"."id" = "u"."tid")"},
                    Case{"SELECT a FROM t LEFT OUTER JOIN u ON t.id = tid",
                         R"(SELECT "t"."a" FROM "t" LEFT JOIN "u" ON "t"."id" = "u"."tid")"},
                    Case{"SELECT a FROM t LEFT JOIN u",
                         R"(SELECT "t"."a" FROM "t" LEFT JOIN "u" ON true)"},
                    Case{"SELECT id FROM t JOIN u USING (id)",
                         R"(SELECT "t"."id" FROM "t" JOIN "u" ON ("t"."id" = "u"."id"))"},
                    Case{"SELECT tid FROM t NATURAL JOIN u",
                         R"(SELECT "u"."tid" FROM "t" JOIN "u" ON ("t"."id" = "u"."id"))"},
                    Case{"SELECT id FROM t FULL JOIN u USING (id)", refused},
                    Case{"SELECT a FROM (t JOIN u ON t.id = tid)",
                         R"(SELECT "t"."a" FROM ("t" JOIN "u" ON "t"."id" = "u"."tid"))"},
                    Case{"SELECT q.z FROM (SELECT a AS z FROM t) q",
                         R"(SELECT "q"."z" FROM (SELECT "t"."a" FROM "t") AS "q" ("z"))"},
                    Case{"SELECT \"a + 1\" FROM (SELECT a + 1 FROM t)", refused}));

INSTANTIATE_TEST_SUITE_P(
    Groups, Queries,
    testing::Values(
        Case{"SELECT a, count(*) FROM t GROUP BY a",
             R"(SELECT "t"."a", count(*) FROM "t" GROUP BY "t"."a")"},
        Case{"SELECT a, s FROM t GROUP BY a", refused},
        Case{"SELECT id, s, count(*) FROM t GROUP BY id",
             R"(SELECT "t"."id", "t"."s", count(*) FROM "t" GROUP BY "t"."id")"},
        Case{"SELECT a, count(*) FROM t", refused},
        Case{"SELECT a / 10 AS d, sum(a) FROM t GROUP BY d HAVING sum(a) > 5",
             R"(SELECT "t"."a" / 10, sum("t"."a")::bigint FROM "t" GROUP BY "t"."a" / 10 )"
             R"(HAVING sum("t"."a")::bigint > 5)"},
        Case{"SELECT count(DISTINCT s), max(s), min(flag) FROM t",
             R"(SELECT count(DISTINCT "t"."s"), max("t"."s" COLLATE "C") COLLATE "C", )"
             R"(min("t"."flag"::int)::bigint FROM "t")"},
        Case{"SELECT sum(n), total(r), avg(tid) FROM u",
             R"(SELECT sum("u"."n"::float8), coalesce(sum("u"."r"::float8), 0::float8), )"
             R"(avg("u"."tid"::float8) FROM "u")"},
        Case{"SELECT max(ts) FROM t", refused}, Case{"SELECT count(*) FROM t GROUP BY ts", refused},
        Case{"SELECT count(*) FROM t GROUP BY nc", refused},
        Case{"SELECT group_concat(s) FROM t", refused},
        Case{"SELECT a FROM t WHERE count(*) > 1", refused},
        Case{"SELECT sum(count(*)) FROM t", refused},
        Case{"SELECT DISTINCT s FROM t ORDER BY s DESC",
             R"(SELECT * FROM (SELECT DISTINCT "t"."s" FROM "t") AS "result" ("s") )"
             R"(ORDER BY "s" COLLATE "C" DESC NULLS LAST)"},
        Case{"SELECT DISTINCT nc FROM t", refused}));

INSTANTIATE_TEST_SUITE_P(
    Orders, Queries,
    testing::Values(
        Case{"SELECT a FROM t ORDER BY 1",
             R"(SELECT "t"."a" FROM "t" ORDER BY "t"."a" ASC NULLS FIRST)"},
        Case{"SELECT a FROM t ORDER BY s DESC, id NULLS LAST LIMIT 3, 5",
             R"(SELECT "t"."a" FROM "t" ORDER BY "t"."s" COLLATE "C" DESC NULLS LAST, )"
             R"("t"."id" ASC NULLS LAST LIMIT 5 OFFSET 3)"},
        Case{"SELECT a FROM t ORDER BY nc",
             R"(SELECT "t"."a" FROM "t" ORDER BY lower("t"."nc" COLLATE "C") ASC NULLS FIRST)"},
        Case{"SELECT a FROM t ORDER BY ts",
             R"(SELECT "t"."a" FROM "t" ORDER BY "t"."ts" ASC NULLS FIRST)"},
        Case{"SELECT a FROM t ORDER BY ts LIMIT 1", refused},
        Case{"SELECT a FROM t LIMIT 1", refused},
        Case{"SELECT a FROM t LIMIT -1", R"(SELECT "t"."a" FROM "t")"},
        Case{"SELECT count(*) FROM t LIMIT 1", R"(SELECT count(*) FROM "t" LIMIT 1)"}));

INSTANTIATE_TEST_SUITE_P(
    Compounds, Queries,
    testing::Values(
        Case{"SELECT a FROM t UNION ALL SELECT 1",
             R"(SELECT "t"."a" FROM "t" UNION ALL SELECT 1::bigint)"},
        Case{"SELECT a FROM t UNION SELECT 1 INTERSECT SELECT 2",
             R"((SELECT "t"."a" FROM "t" UNION SELECT 1::bigint) INTERSECT SELECT 2::bigint)"},
        Case{"SELECT flag FROM t UNION ALL SELECT 2",
             R"(SELECT "t"."flag"::int::bigint FROM "t" UNION ALL SELECT 2::bigint)"},
        Case{"SELECT a FROM t UNION SELECT s FROM t", refused},
        Case{"SELECT ts FROM t UNION SELECT ts FROM t", refused},
        Case{"SELECT a FROM t UNION ALL SELECT id FROM t ORDER BY a LIMIT 2",
             R"(SELECT * FROM (SELECT "t"."a" FROM "t" UNION ALL SELECT "t"."id" FROM "t") AS )"
             R"("result" ("a") ORDER BY "a" ASC NULLS FIRST LIMIT 2)"},
        Case{"VALUES (2), (1) ORDER BY 1",
             R"(SELECT * FROM (VALUES (2::bigint), (1::bigint)) AS "result" ("column1") )"
             R"(ORDER BY "column1" ASC NULLS FIRST)"}));

INSTANTIATE_TEST_SUITE_P(
    Subqueries, Queries,
    testing::Values(
        Case{"SELECT (SELECT max(r) FROM u WHERE tid = t.id) FROM t",
             R"(SELECT (SELECT max("u"."r") FROM "u" WHERE "u"."tid" = "t"."id") FROM "t")"},
        Case{"SELECT (SELECT s FROM t WHERE t.id = u.tid) FROM u",
             R"(SELECT (SELECT "t"."s" FROM "t" WHERE "t"."id" = "u"."tid") COLLATE "C" FROM "u")"},
        Case{"SELECT (SELECT r FROM u WHERE tid = t.id) FROM t", refused},
        Case{"SELECT a FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE tid = t.id)",
             R"(SELECT "t"."a" FROM "t" WHERE NOT EXISTS (SELECT 1::bigint FROM "u" WHERE )"
             R"("u"."tid" = "t"."id"))"},
        Case{"SELECT a FROM t WHERE id NOT IN (SELECT tid FROM u)",
             R"(SELECT "t"."a" FROM "t" WHERE "t"."id" NOT IN (SELECT "u"."tid" FROM "u"))"},
        Case{"SELECT a FROM t WHERE s IN (SELECT tid FROM u)", refused},
        Case{"SELECT a FROM t WHERE id IN u", refused}));

INSTANTIATE_TEST_SUITE_P(
    Named, Queries,
    testing::Values(
        Case{"WITH c AS (SELECT a FROM t) SELECT a FROM c",
             R"(WITH "c" ("a") AS (SELECT "t"."a" FROM "t") SELECT "c"."a" FROM "c")"},
        Case{"WITH c(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c WHERE x < 9) SELECT x FROM c",
             R"(WITH RECURSIVE "c" ("x") AS (VALUES (1::bigint) UNION ALL SELECT "c"."x" + 1 FROM )"
             R"("c" WHERE "c"."x" < 9) SELECT "c"."x" FROM "c")"},
        Case{"WITH c(x) AS (SELECT 1 UNION ALL SELECT x FROM c LIMIT 9) SELECT x FROM c", refused},
        Case{"WITH c(x) AS (SELECT 1 UNION ALL SELECT c.x FROM t LEFT JOIN c) SELECT x FROM c",
             refused},
        Case{"WITH c(x) AS (SELECT 1 UNION ALL SELECT x || 'a' FROM c) SELECT x FROM c", refused},
        Case{"WITH t AS (SELECT a FROM t) SELECT a FROM t", refused}));

TEST(Select, TellsWhichColumnsPassOnTheirValues) {
  const SelectTranslation result =
      translate("SELECT ts, a + 1, sum(r) OVER_ALL FROM t, u GROUP BY a");
  EXPECT_FALSE(result.sql) << "ts is neither grouped nor aggregated";
  const SelectTranslation plain = translate("SELECT ts, a + 1, r FROM t, u");
  ASSERT_TRUE(plain.sql) << plain.reason;
  EXPECT_EQ(plain.columns[0].info.origin, 4U);
  EXPECT_FALSE(plain.columns[1].info.origin);
  EXPECT_EQ(plain.columns[2].info.origin, 102U);
  EXPECT_FALSE(plain.columns[2].approximate);
  const SelectTranslation sums = translate("SELECT count(*), sum(r) / 2.0 FROM u");
  ASSERT_TRUE(sums.sql) << sums.reason;
  EXPECT_FALSE(sums.columns[0].approximate);
  EXPECT_TRUE(sums.columns[1].approximate);
}

TEST(Select, NestingIsBounded) {
  std::string deep = "SELECT 1";
  for (int i = 0; i < 5000; ++i)
    deep = "SELECT (" + deep + ")";
  EXPECT_FALSE(parseSelect(deep));
  deep = "SELECT 1";
  for (int i = 0; i < 5000; ++i)
    deep = "SELECT 1 FROM (" + deep + ")";
  EXPECT_FALSE(parseSelect(deep));
}

}  // namespace
}  // namespace repot::sql
