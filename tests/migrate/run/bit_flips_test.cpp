// One bit of one value is changed in a migrated target, anywhere: the verifier must name exactly
// that row and column, whatever the type, and must raise no alarm before.
#include "run_fixture.hpp"

#include <bit>
#include <cstdio>
#include <random>

namespace repot::migrate {
namespace {

constexpr int rows = 9000;  // More than two chunks of the key.

/// All rows but for the seed are the same on every run; values are spread over their types' ranges.
const std::string everyType =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, i INTEGER, r REAL, s TEXT, b BLOB, n DECIMAL(12,4), "
    "flag BOOLEAN, d DATE, ts DATETIME, j JSON, u TEXT);"
    "WITH RECURSIVE k(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM k WHERE x < " +
    std::to_string(rows) +
    ") INSERT INTO t SELECT x, x * 1000003 * (x % 7 - 3) , x * 1.1e3 / 7, 'text ' || hex(x * "
    "7919), "
    "CAST(hex(x * 31) AS BLOB), x / 16.0, x % 2, date('1990-01-01', x || ' days'), "
    "strftime('%Y-%m-%d %H:%M:%f', 1e9 + x * 1234.567, 'unixepoch'), '{\"k\": ' || x || '}', "
    "printf('%08x-0000-4000-8000-%012x', x, x * x) FROM k;";

struct Flip {
  std::string column;
  std::string sql;  ///< The new value as an expression.
};

class BitFlips : public testing::WithParamInterface<unsigned>, public RunTest {
 protected:
  std::string flippedReal(int id, unsigned bit) {
    const std::string hex = target_.value("SELECT encode(float8send(r), 'hex') FROM t WHERE id = " +
                                          std::to_string(id));
    const std::uint64_t bits = std::stoull(hex, nullptr, 16) ^ (std::uint64_t{1} << bit);
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", std::bit_cast<double>(bits));
    return "'" + std::string(text) + "'::float8";
  }

  Flip flip(std::mt19937& random, int id) {
    const auto bit = [&](unsigned bits) { return std::to_string(random() % bits); };
    switch (random() % 10) {
      case 0:
        return {"i", "i # (1::bigint << " + bit(63) + ")"};
      case 1:
        return {"r", flippedReal(id, static_cast<unsigned>(random() % 52))};
      case 2:
        return {"s", "overlay(s PLACING chr(ascii(substr(s, 6, 1)) # 1) FROM 6 FOR 1)"};
      case 3: {
        const std::string k = bit(8);
        return {"b", "set_bit(b, " + k + ", 1 - get_bit(b, " + k + "))"};
      }
      case 4:
        return {"n", "n + 0.0001"};
      case 5:
        return {"flag", "NOT flag"};
      case 6:
        return {"d", "d + 1"};
      case 7:
        return {"ts", "ts - interval '1 microsecond'"};
      case 8:
        return {"j", "replace(j::text, '{', '{ ')::json"};
      default:
        return {"u", "overlay(u::text PLACING chr(ascii(substr(u::text, 36, 1)) # 1) FROM 36)::" +
                         target_.value("SELECT format_type(atttypid, atttypmod) FROM pg_attribute "
                                       "WHERE attrelid = 't'::regclass AND attname = 'u'")};
    }
  }
};

TEST_P(BitFlips, AreNamed) {
  source(everyType);
  ASSERT_TRUE(migrateSurely().verified());
  const Report sound = verifyAll();
  ASSERT_TRUE(sound.verified()) << reportToText(sound);
  ASSERT_GT(sound.verification.tables[0].chunks, 2U);
  std::mt19937 random(GetParam());
  for (int round = 0; round < 4; ++round) {
    const int id = 1 + static_cast<int>(random() % rows);
    const Flip change = flip(random, id);
    const std::string where = " WHERE id = " + std::to_string(id);
    SCOPED_TRACE(change.column + " := " + change.sql + where);
    target_.query("CREATE TABLE kept AS SELECT * FROM t" + where);
    target_.query("UPDATE t SET " + change.column + " = " + change.sql + where);
    const Report report = verifyAll();
    const TableVerification& table = report.verification.tables.at(0);
    EXPECT_FALSE(report.verified());
    EXPECT_EQ(table.differentChunks, 1U);
    ASSERT_EQ(table.rows.size(), 1U) << reportToText(report);
    EXPECT_EQ(table.rows[0].kind, RowDifference::Kind::changed);
    ASSERT_EQ(table.rows[0].key.size(), 1U);
    EXPECT_EQ(table.rows[0].key[0].second, std::to_string(id));
    ASSERT_EQ(table.rows[0].cells.size(), 1U);
    EXPECT_EQ(table.rows[0].cells[0].column, change.column);
    target_.query("DELETE FROM t" + where + "; INSERT INTO t SELECT * FROM kept; DROP TABLE kept");
  }
  EXPECT_TRUE(verifyAll().verified());
}

INSTANTIATE_TEST_SUITE_P(Seeds, BitFlips, testing::Range(1U, 9U));

TEST_F(RunTest, RowsBeyondTheSourcesKeysAreFound) {
  source(everyType);
  ASSERT_TRUE(migrateSurely().verified());
  target_.query("INSERT INTO t(id) VALUES (-5), (100000)");
  MigrateOptions options;
  options.jobs = 4;
  Progress progress;
  const Report report = verify(path_, target_.url(), options, progress);
  ASSERT_EQ(report.verification.tables[0].rows.size(), 2U) << reportToText(report);
  EXPECT_EQ(report.verification.tables[0].rows[0].kind, RowDifference::Kind::extra);
  EXPECT_EQ(report.verification.tables[0].differentChunks, 2U);
}

}  // namespace
}  // namespace repot::migrate
