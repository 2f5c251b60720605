// Property: whatever values a table holds, a migration either refuses it before anything is
// written, or every value arrives. SQLite chooses the storage, as in real life: values of all
// classes are written through columns of all affinities.
#include "run_fixture.hpp"

#include <random>

namespace repot::migrate {
namespace {

class Randomness {
 public:
  explicit Randomness(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t limit) { return random_() % limit; }
  template <typename T, std::size_t n>
  const T& pick(const T (&choices)[n]) {
    return choices[below(n)];
  }

  std::string literal(std::size_t kind) {
    static constexpr const char* integers[] = {"0",
                                               "1",
                                               "-1",
                                               "42",
                                               "9007199254740993",
                                               "9223372036854775807",
                                               "-9223372036854775807 - 1",
                                               "2147483648"};
    static constexpr const char* reals[] = {"0.1",    "-0.0",        "1e308",
                                            "5e-324", "9e999",       "-9e999",
                                            "2.0",    "1234567.891", "9007199254740993.0"};
    static constexpr const char* texts[] = {"''",      "'a'",    "'é😀'",
                                            "'it''s'", "'\\N'",  "' 12 '",
                                            "'007'",   "'NULL'", "char(10) || 'x' || char(9)",
                                            "'true'"};
    static constexpr const char* times[] = {"'2020-01-01'",
                                            "'2020-02-29 12:34:56'",
                                            "'1999-12-31T23:59:59.999999'",
                                            "'2020-01-01 12:34:56.1234560'",
                                            "'0001-01-01 00:00:00'",
                                            "'9999-12-31'"};
    static constexpr const char* zoned[] = {"'2020-01-01T12:34:56Z'", "'2020-01-01 12:34:56+05:30'",
                                            "'2020-01-01 00:00:00.5-08'"};
    static constexpr const char* blobs[] = {"x''", "x'00'", "x'616263'", "x'ff00fe'",
                                            "zeroblob(70000)"};
    static constexpr const char* flags[] = {"0", "1"};
    static constexpr const char* clock[] = {"'12:34'", "'00:00:00'", "'23:59:59.999999'"};
    static constexpr const char* documents[] = {"'{\"a\": 1}'", "'[1, 2]'",
                                                "'{\"b\":{\"c\":null}}'"};
    switch (kind) {
      case 0:
        return pick(integers);
      case 1:
        return pick(reals);
      case 2:
        return pick(texts);
      case 3:
        return pick(times);
      case 4:
        return pick(zoned);
      case 5:
        return pick(blobs);
      case 6:
        return pick(flags);
      case 7:
        return pick(clock);
      case 8:
        return pick(documents);
      default:
        return "NULL";
    }
  }

  /// A table whose columns each hold mostly one kind of value.
  std::string table(const std::string& name) {
    static constexpr const char* types[] = {"",        "INTEGER", "INT",         "REAL",
                                            "TEXT",    "BLOB",    "NUMERIC",     "DECIMAL(10,2)",
                                            "BOOLEAN", "DATE",    "DATETIME",    "TIMESTAMP",
                                            "TIME",    "JSON",    "VARCHAR(20)", "DOUBLE PRECISION",
                                            "STRING",  "UUID"};
    const std::size_t columns = 1 + below(5);
    std::string sql = "CREATE TABLE \"" + name + "\"(k INTEGER PRIMARY KEY";
    std::vector<std::size_t> kinds;
    for (std::size_t i = 0; i < columns; ++i) {
      sql += ", \"c " + std::to_string(i) + "\" " + pick(types);
      kinds.push_back(below(10));
    }
    sql += ");";
    for (std::size_t row = below(12); row > 0; --row) {
      sql += "INSERT INTO \"" + name + "\" VALUES(NULL";
      for (const std::size_t kind : kinds) {
        const std::size_t dice = below(20);
        sql += ", " + literal(dice == 0 ? below(10) : dice < 4 ? 9 : kind);
      }
      sql += ");";
    }
    return sql;
  }

 private:
  std::mt19937 random_;
};

class RandomValues : public RunTest, public testing::WithParamInterface<unsigned> {
 protected:
  void arriveOrAreRefused(const MigrateOptions& options) {
    try {
      const Report report = migrateAll(options);
      EXPECT_TRUE(report.verified()) << reportToText(report);
    } catch (const StageError& failed) {
      // Nothing but a refusal before the first row: the scan foresees all that can go wrong.
      EXPECT_EQ(failed.stage, Stage::refused) << failed.error.what();
    }
  }
};

TEST_P(RandomValues, ArriveOrAreRefused) {
  Randomness random(GetParam());
  std::string sql;
  for (int i = 0; i < 4; ++i)
    sql += random.table("t" + std::to_string(i));
  source(sql);
  SCOPED_TRACE(sql);
  arriveOrAreRefused({});
  MigrateOptions options;
  options.plan.set("on-misfit", "null");
  options.plan.schema = "null";
  target_.query("CREATE SCHEMA \"null\"");
  arriveOrAreRefused(options);
  options.plan.remedies = {};
  options.plan.set("on-misfit", "text");
  options.plan.schema = "text";
  target_.query("CREATE SCHEMA text");
  arriveOrAreRefused(options);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomValues, testing::Range(1U, 101U));

}  // namespace
}  // namespace repot::migrate
