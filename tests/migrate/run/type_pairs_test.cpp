// Every kind of value of SQLite against every type that an existing column may have: what the rules
// of docs/formats/type-pairs.md take arrives equal, what they do not take is refused before
// anything is written, and what judges and what writes never disagree.
#include "run_fixture.hpp"

#include <algorithm>
#include <vector>

namespace repot::migrate {
namespace {

struct Pair {
  const char* type;
  const char* value;    ///< An SQL literal of SQLite.
  const char* arrives;  ///< As PostgreSQL prints it; null: does not fit.
};

constexpr const char* none = nullptr;

const std::vector<Pair>& pairs() {
  static const std::vector<Pair> all{
      {"smallint", "32767", "32767"},
      {"smallint", "32768", none},
      {"integer", "-2147483648", "-2147483648"},
      {"integer", "2147483648", none},
      {"integer", "'007'", none},
      {"integer", "'7'", "7"},
      {"integer", "7.0", none},
      {"bigint", "-9223372036854775808", "-9223372036854775808"},
      {"real", "0.5", "0.5"},
      {"real", "0.1", none},
      {"real", "1234567.891", none},
      {"real", "16777217", none},
      {"real", "9e999", "Infinity"},
      {"double precision", "-0.0", "-0"},
      {"double precision", "9007199254740993", none},
      {"numeric", "1e300", none},  // Arrives, but prints 301 digits; see below.
      {"numeric", "'79228162514264337593543950335'", "79228162514264337593543950335"},
      {"numeric", "'1e5'", none},
      {"numeric(5,2)", "1.239", none},
      {"numeric(5,2)", "1.25", "1.25"},
      {"numeric(5,2)", "'-001.500'", "-1.50"},
      {"numeric(5,2)", "1000", none},
      {"numeric(5,2)", "'999.99'", "999.99"},
      {"numeric(5,2)", "9e999", none},
      {"boolean", "1", "t"},
      {"boolean", "2", none},
      {"boolean", "'Yes'", "t"},
      {"boolean", "'of'", none},
      {"text", "1.5", "1.5"},
      {"text", "1e20", "1.0e+20"},
      {"text", "'a' || char(0) || 'b'", none},
      {"text", "CAST(x'66ff' AS TEXT)", none},
      {"text", "x'c3a9'", "é"},
      {"text", "x'ff'", none},
      {"varchar(3)", "'ééé'", "ééé"},
      {"varchar(3)", "'abcd'", none},
      {"varchar(3)", "1234", none},
      {"char(4)", "'ab'", "ab  "},
      {"char(4)", "'ab '", none},
      {"char(4)", "'ab  '", "ab  "},
      {"bytea", "x'00ff'", "\\x00ff"},
      {"bytea", "'é'", "\\xc3a9"},
      {"date", "'2020-02-29'", "2020-02-29"},
      {"date", "'2020-02-30'", none},
      {"date", "'2020-01-01 00:00:00.000'", "2020-01-01"},
      {"date", "'2020-01-01 23:59:59'", none},
      {"time", "'06:30'", "06:30:00"},
      {"time", "'2000-01-01 06:30:00.25'", "06:30:00.25"},
      {"time", "'2000-01-02 06:30:00'", none},
      {"timestamp", "'2020-01-01T12:00:00.123456'", "2020-01-01 12:00:00.123456"},
      {"timestamp", "'2020-01-01 12:00:00.1234567'", none},
      {"timestamp", "'2020-01-01 12:00:00+02'", none},
      {"timestamp(3)", "'2020-01-01 12:00:00.1230000'", "2020-01-01 12:00:00.123"},
      {"timestamp(3)", "'2020-01-01 12:00:00.1234'", none},
      {"timestamp(0)", "'2020-01-01 12:00:00.5'", none},
      {"timestamptz", "'2020-01-01 12:00:00+02:00'", "2020-01-01 10:00:00+00"},
      {"timestamptz", "'2020-01-01 12:00:00'", none},
      {"timestamptz", "1647950409737", none},
      {"interval", "'1970-01-02 00:00:01.5'", "1 day 00:00:01.5"},
      {"interval", "'-1.02:03:04.5000000'", "-1 days -02:03:04.5"},
      {"interval", "5", none},
      {"uuid", "'{0F8FAD5B-D9CB-469F-A165-70867728950E}'", "0f8fad5b-d9cb-469f-a165-70867728950e"},
      {"uuid", "'0f8fad5bd9cb469fa16570867728950e'", "0f8fad5b-d9cb-469f-a165-70867728950e"},
      {"uuid", "'0f8fad5b-d9cb-469f-a165-70867728950'", none},
      {"json", "'{\"a\":1,\"a\":2}'", "{\"a\":1,\"a\":2}"},
      {"json", "5", "5"},
      {"json", "'{a:1}'", none},
      {"jsonb", "'{\"b\":1.0e1,\"a\":[true,null]}'", "{\"a\": [true, null], \"b\": 10}"},
      {"jsonb", "'{\"a\":1,\"a\":2}'", "{\"a\": 2}"},
      {"jsonb", "'\"\\u0000\"'", none},
      {"inet", "'10.0.0.1'", "10.0.0.1"},
      {"inet", "'2001:DB8::1/64'", "2001:db8::1/64"},
      {"inet", "'10.0.0'", none},
      {"cidr", "'10.0.0.0/8'", "10.0.0.0/8"},
      {"colour", "'red'", "red"},
      {"colour", "'blue'", none},
      {"positive", "5", "5"},
  };
  return all;
}

class TypePairs : public RunTest {
 protected:
  void SetUp() override {
    target_.query("CREATE TYPE colour AS ENUM ('red', 'green')");
    target_.query("CREATE DOMAIN positive AS integer CHECK (VALUE > 0)");
  }
  Report fillAll(const char* misfits) {
    MigrateOptions options;
    options.plan.set("on-misfit", misfits);
    Progress progress;
    return fill(path_, target_.url(), options, progress);
  }
};

TEST_F(TypePairs, ArriveEqualOrAreRefused) {
  std::string sourceSql, targetSql;
  for (std::size_t i = 0; i < pairs().size(); ++i) {
    const std::string table = "t" + std::to_string(i);
    sourceSql += "CREATE TABLE " + table + "(v); INSERT INTO " + table + " VALUES (" +
                 pairs()[i].value + ");";
    targetSql += "CREATE TABLE " + table + "(v " + pairs()[i].type + ");";
  }
  source(sourceSql);
  target_.query(targetSql);
  std::string said;
  try {
    fillAll("fail");
    FAIL() << "values that do not fit were taken";
  } catch (const StageError& refusal) {
    EXPECT_EQ(refusal.stage, Stage::refused);
    said = refusal.error.what();
  }
  const Report report = fillAll("null");
  EXPECT_TRUE(report.verified()) << reportToText(report);
  for (std::size_t i = 0; i < pairs().size(); ++i) {
    const Pair& pair = pairs()[i];
    SCOPED_TRACE(std::string(pair.type) + " <- " + pair.value);
    const std::string table = "t" + std::to_string(i);
    const bool refused = said.find(": " + table + ".v: ") != std::string::npos;
    if (std::string(pair.value) == "1e300") {
      EXPECT_FALSE(refused);
      EXPECT_EQ(target_.value("SELECT v::float8 FROM " + table), "1e+300");
      continue;
    }
    EXPECT_EQ(refused, pair.arrives == nullptr);
    const auto row = target_.query("SET TimeZone = 'UTC'; SELECT v FROM " + table);
    EXPECT_EQ(row[0][0].is_null() ? "" : row[0][0].c_str(),
              std::string(pair.arrives == nullptr ? "" : pair.arrives));
  }
}

/// All values into all types: whatever is not NULL afterwards was read back equal, and nothing
/// failed while it was written.
TEST_F(TypePairs, JudgeAndWriterAgreeOnEveryPair) {
  std::vector<std::string> types;
  for (const Pair& pair : pairs()) {
    // A domain's own check is the server's to make.
    if (std::string(pair.type) == "positive") continue;
    if (std::find(types.begin(), types.end(), pair.type) == types.end())
      types.emplace_back(pair.type);
  }
  std::string columns, definitions;
  for (std::size_t i = 0; i < types.size(); ++i) {
    columns += ", c" + std::to_string(i);
    definitions += ", c" + std::to_string(i) + " " + types[i];
  }
  std::string sql = "CREATE TABLE t(k INTEGER PRIMARY KEY" + columns + ");";
  for (const Pair& pair : pairs()) {
    sql += "INSERT INTO t VALUES (NULL";
    for (std::size_t i = 0; i < types.size(); ++i)
      sql += std::string(", ") + pair.value;
    sql += ");";
  }
  source(sql);
  target_.query("CREATE TABLE t(k int PRIMARY KEY" + definitions + ")");
  const Report report = fillAll("null");
  EXPECT_TRUE(report.verified()) << reportToText(report);
  EXPECT_TRUE(report.published);
}

}  // namespace
}  // namespace repot::migrate
