// Defaults of SQLite as defaults of PostgreSQL, one line per rule.
#include "engine/sql/translate.hpp"

#include <gtest/gtest.h>

namespace repot::sql {
namespace {

struct Case {
  const char* source;
  TypeClass target;
  const char* wanted;  ///< Null: refused. Empty: no default is needed.
};

class Defaults : public testing::TestWithParam<Case> {};

TEST_P(Defaults, AreTranslatedExactlyOrRefused) {
  const Case& test = GetParam();
  const Translation result = translateDefault(test.source, test.target, false);
  if (test.wanted == nullptr) {
    EXPECT_EQ(result.sql, std::nullopt) << test.source;
    EXPECT_NE(result.reason, "") << test.source;
  } else {
    EXPECT_EQ(result.sql.value_or(""), test.wanted) << test.source << ": " << result.reason;
    EXPECT_EQ(result.reason, "") << test.source;
  }
}

constexpr const char* utcText = "to_char(now() AT TIME ZONE 'utc', 'YYYY-MM-DD HH24:MI:SS')";
constexpr const char* utcStamp = "date_trunc('second', now() AT TIME ZONE 'utc')";
constexpr const char* epoch = "floor(extract(epoch FROM now()))::bigint";

INSTANTIATE_TEST_SUITE_P(
    Clock, Defaults,
    testing::Values(
        Case{"CURRENT_TIMESTAMP", TypeClass::text, utcText},
        Case{"current_timestamp", TypeClass::timestamp, utcStamp},
        Case{"CURRENT_TIMESTAMP", TypeClass::timestamptz, "date_trunc('second', now())"},
        Case{"CURRENT_TIMESTAMP", TypeClass::integer, nullptr},
        Case{"CURRENT_DATE", TypeClass::date, "(now() AT TIME ZONE 'utc')::date"},
        Case{"CURRENT_TIME", TypeClass::text, "to_char(now() AT TIME ZONE 'utc', 'HH24:MI:SS')"},
        Case{"datetime('now')", TypeClass::timestamp, utcStamp},
        Case{"datetime(\"now\")", TypeClass::text, utcText},
        Case{"datetime('now','localtime')", TypeClass::timestamp, nullptr},
        Case{"date('now','+7 days')", TypeClass::date, nullptr},
        Case{"datetime('2000-01-01')", TypeClass::timestamp, nullptr},
        Case{"strftime('%s','now')", TypeClass::integer, epoch},
        Case{"unixepoch()", TypeClass::integer, epoch},
        Case{"CAST(strftime('%s','now') AS INTEGER)", TypeClass::integer, epoch},
        Case{"strftime('%Y-%m-%dT%H:%M:%fZ','now')", TypeClass::text, nullptr},
        Case{"strftime('%Y-%m-%d %H:%M:%f000', 'now')", TypeClass::timestamp,
             "date_trunc('milliseconds', now() AT TIME ZONE 'utc')"},
        Case{"strftime('%Y-%m-%d %H:%M:%f000', 'now')", TypeClass::timestamptz,
             "date_trunc('milliseconds', now())"},
        Case{"strftime('%H:%M:%f000', 'now')", TypeClass::time,
             "date_trunc('milliseconds', now() AT TIME ZONE 'utc')::time"},
        Case{"julianday('now')", TypeClass::real, nullptr},
        Case{"'CURRENT_TIMESTAMP'", TypeClass::text, "'CURRENT_TIMESTAMP'"},
        Case{"\"CURRENT_TIMESTAMP\"", TypeClass::text, "'CURRENT_TIMESTAMP'"},
        Case{"'CURRENT_TIMESTAMP'", TypeClass::timestamp, nullptr}));

INSTANTIATE_TEST_SUITE_P(
    Constants, Defaults,
    testing::Values(
        Case{"NULL", TypeClass::text, ""}, Case{"null", TypeClass::integer, ""},
        Case{"(null)", TypeClass::text, ""}, Case{"\"quoted\"", TypeClass::text, "'quoted'"},
        Case{"abc", TypeClass::text, "'abc'"}, Case{"\"it's\"", TypeClass::text, "'it''s'"},
        Case{"\"\"", TypeClass::text, "''"}, Case{"'it''s'", TypeClass::text, "'it''s'"},
        Case{"0x10", TypeClass::integer, "16"}, Case{"+2", TypeClass::integer, "2"},
        Case{"-1", TypeClass::integer, "-1"}, Case{"1e3", TypeClass::real, "1e3"},
        Case{"1.5", TypeClass::integer, nullptr}, Case{"'5'", TypeClass::integer, "5"},
        Case{"'05'", TypeClass::integer, nullptr}, Case{"''", TypeClass::integer, nullptr},
        Case{"1", TypeClass::text, "'1'"}, Case{"0", TypeClass::boolean, "false"},
        Case{"1", TypeClass::boolean, "true"}, Case{"2", TypeClass::boolean, nullptr},
        Case{"true", TypeClass::boolean, "true"}, Case{"'t'", TypeClass::boolean, "true"},
        Case{"false", TypeClass::numeric, "0"}, Case{"TRUE", TypeClass::integer, "1"},
        Case{"x'00ff'", TypeClass::bytea, "'\\x00ff'::bytea"},
        Case{"x'00ff'", TypeClass::text, nullptr},
        Case{"'2020-02-29'", TypeClass::date, "'2020-02-29'::date"},
        Case{"'2021-02-29'", TypeClass::date, nullptr},
        Case{"lower(hex(randomblob(16)))", TypeClass::text, nullptr},
        Case{"9223372036854775808", TypeClass::integer, nullptr},
        Case{"1 +", TypeClass::integer, nullptr}));

TEST(Default, WarnsWhereInsertsMustNowGiveAValue) {
  const Translation result = translateDefault("random()", TypeClass::integer, true);
  EXPECT_NE(result.reason.find("NOT NULL"), std::string::npos) << result.reason;
}

TEST(Default, ClockIsNotImmutable) {
  EXPECT_FALSE(translateDefault("CURRENT_DATE", TypeClass::date, false).immutable);
  EXPECT_TRUE(translateDefault("1", TypeClass::integer, false).immutable);
}

}  // namespace
}  // namespace repot::sql
