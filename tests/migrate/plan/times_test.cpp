// Dates and times, and defaults that make them (sections 3 and 8 of the catalogue of cases).
#include "fixture.hpp"

#include <engine/iso_time.hpp>

namespace repot::migrate::test {
namespace {

Plan planOfTimes(const std::string& type, const std::string& values,
                 const PlanOptions& options = {}) {
  return planOf("CREATE TABLE t(d " + type + "); INSERT INTO t VALUES" + values, options);
}

TEST(PlanCases, C040_times_without_offset_are_timestamp_never_timestamptz) {
  const Plan plan = planOfTimes("DATETIME", "('2021-03-14 02:30:00'),('2020-01-01T12:00:00')");
  EXPECT_EQ(typeOf(plan, "t", "d"), "timestamp");
}

TEST(PlanCases, C041_offsets_need_all_values_to_have_one) {
  EXPECT_EQ(
      typeOf(planOfTimes("DATETIME", "('2020-01-01T12:34:56Z'),('2020-01-01 12:34:56+05:30')"), "t",
             "d"),
      "timestamptz");
  const Plan mixed = planOfTimes("DATETIME", "('2020-01-01T12:34:56Z'),('2020-01-01 12:34:56')");
  EXPECT_EQ(typeOf(mixed, "t", "d"), "text");
  EXPECT_NE(findingOf(mixed, "mixed-time-forms", "t.d"), nullptr);
}

TEST(PlanCases, C042_fractions_finer_than_microseconds_stay_text) {
  EXPECT_EQ(typeOf(planOfTimes("DATETIME", "('2020-01-01 12:00:00.1234567')"), "t", "d"), "text");
  EXPECT_EQ(typeOf(planOfTimes("DATETIME", "('2020-01-01 12:00:00.1234560')"), "t", "d"),
            "timestamp");
}

TEST(PlanCases, C043_date_and_time_only_where_every_value_is_one) {
  EXPECT_EQ(typeOf(planOfTimes("DATE", "('2020-01-01')"), "t", "d"), "date");
  EXPECT_EQ(typeOf(planOfTimes("DATE", "('2020-01-01 23:59:59'),('2020-01-01')"), "t", "d"),
            "timestamp");
  EXPECT_EQ(typeOf(planOfTimes("TIME", "('12:34'),('12:34:56.5')"), "t", "d"), "time");
  EXPECT_EQ(typeOf(planOfTimes("TIME", "('12:34'),('2020-01-01 12:34')"), "t", "d"), "text");
  EXPECT_EQ(typeOf(planOfTimes("DATETIME", "('2020-01-01 24:00:00')"), "t", "d"), "text");
  EXPECT_EQ(typeOf(planOfTimes("DATETIME", "('2020-01-01 23:59:60')"), "t", "d"), "text");
}

TEST(PlanCases, utc_and_intervals_are_taken_on_request_only) {
  const std::string sql =
      "CREATE TABLE t(a DATETIME DEFAULT '2020-01-01 00:00:00', b DATETIME, c DATETIME);"
      "INSERT INTO t VALUES ('2020-01-01 12:34:56.5', '1970-01-02 00:00:00', '2020-01-01T00:00Z')";
  EXPECT_EQ(typeOf(planOf(sql), "t", "a"), "timestamp");
  PlanOptions options;
  options.types = {{"t.a", "utc"}, {"t.b", "interval"}};
  const Plan plan = planOf(sql, options);
  EXPECT_EQ(refusals(plan), "");
  EXPECT_EQ(typeOf(plan, "t", "a"), "timestamptz");
  EXPECT_EQ(columnOf(plan, "t", "a").defaultSql, "'2020-01-01 00:00:00+00'::timestamptz");
  EXPECT_EQ(columnOf(plan, "t", "b").conversion, Conversion::intervalText);
  options.types = {{"t.c", "interval"}};
  EXPECT_NE(refusals(planOf(sql, options)), "");
}

TEST(PlanCases, types_that_repot_declared_hold_without_values) {
  const Plan plan = planOf(
      "CREATE TABLE t(a TIMESTAMP NOT NULL CHECK (typeof(\"a\") = 'text'),"
      " b INTERVAL CHECK (\"b\" IS NULL OR typeof(\"b\") = 'text'), c TIMESTAMP NOT NULL)");
  EXPECT_EQ(typeOf(plan, "t", "a"), "timestamptz");
  EXPECT_EQ(typeOf(plan, "t", "b"), "interval");
  EXPECT_NE(typeOf(plan, "t", "c"), "timestamptz");  // Somebody else's.
  EXPECT_EQ(objectsOf(plan), "");
}

TEST(PlanCases, C044_epochs_stay_integers_unless_asked_for) {
  EXPECT_EQ(typeOf(planOfTimes("DATETIME", "(1647950409737),(0)"), "t", "d"), "bigint");
  PlanOptions options;
  options.types["t.d"] = "epochms";
  const Plan plan = planOfTimes("DATETIME", "(1647950409737),(0)", options);
  EXPECT_EQ(typeOf(plan, "t", "d"), "timestamptz");
  EXPECT_EQ(columnOf(plan, "t", "d").conversion, Conversion::epochMillis);
  EXPECT_TRUE(planOfTimes("DATETIME", "(9223372036854775807)", options).refused())
      << "outside of the years 0001 to 9999";
}

TEST(PlanCases, C045_julian_days_stay_reals) {
  EXPECT_EQ(typeOf(planOfTimes("TIMESTAMP", "(2458849.5)"), "t", "d"), "double precision");
}

TEST(PlanCases, C046_impossible_dates_make_the_column_text) {
  for (const char* value : {"0000-00-00", "2020-02-30", "0000-01-01", "", "N/A", "13/2/2020"}) {
    const Plan plan = planOfTimes("DATE", "('2020-01-01'),('" + std::string(value) + "')");
    EXPECT_EQ(typeOf(plan, "t", "d"), "text") << value;
    EXPECT_NE(findingOf(plan, "not-a-time", "t.d"), nullptr) << value;
  }
}

TEST(PlanCases, C046_impossible_dates_can_become_null) {
  PlanOptions options;
  options.set("on-misfit", "null");
  const Plan plan = planOfTimes("DATE", "('2020-01-01'),('0000-00-00')", options);
  EXPECT_EQ(typeOf(plan, "t", "d"), "date");
  EXPECT_EQ(columnOf(plan, "t", "d").misfits, 1);
}

TEST(PlanCases, C047_words_that_PostgreSQL_reads_as_times_are_text) {
  for (const char* value : {"now", "today", "epoch", "infinity", "CURRENT_TIMESTAMP", "2020-001"}) {
    EXPECT_EQ(typeOf(planOfTimes("TIMESTAMP", "('" + std::string(value) + "')"), "t", "d"), "text");
  }
}

TEST(PlanCases, C048_years_outside_0001_to_9999_are_text) {
  EXPECT_FALSE(parseIsoTime("10000-01-01"));
  EXPECT_FALSE(parseIsoTime("-4713-11-24 12:00"));
  EXPECT_FALSE(parseIsoTime("0000-06-01"));
  EXPECT_TRUE(parseIsoTime("0001-01-01"));
  EXPECT_TRUE(parseIsoTime("9999-12-31 23:59:59.999999"));
}

TEST(PlanCases, C049_zone_names_and_am_pm_are_no_times) {
  for (const char* value : {"2020-01-01 12:00:00 UTC", "2020-01-01 12:00 PM", "P1DT2H", "25:00:00",
                            "2020-01-01 12:00:00 +0000 UTC", "2020-1-1", "2020-01-01 1:00"}) {
    EXPECT_FALSE(parseIsoTime(value)) << value;
  }
}

TEST(IsoTime, tells_the_instant) {
  EXPECT_EQ(parseIsoTime("1970-01-02")->micros, 86'400'000'000);
  EXPECT_EQ(parseIsoTime("1970-01-01T01:00:00.000001+01:00")->micros, 1);
  EXPECT_EQ(parseIsoTime("1969-12-31 23:59:59")->micros, -1'000'000);
}

TEST(PlanCases, C100_clocks_are_never_frozen_into_constants) {
  const Plan plan = planOf(
      "CREATE TABLE t(a DATETIME DEFAULT (datetime('now')), b DATE DEFAULT CURRENT_DATE,"
      "c TEXT DEFAULT (lower(hex(randomblob(16)))))");
  for (const char* column : {"a", "b", "c"}) {
    const auto& sql = columnOf(plan, "t", column).defaultSql;
    EXPECT_TRUE(!sql || sql->find("20") == std::string::npos) << sql.value_or("");
  }
}

TEST(PlanCases, C101_a_quoted_clock_is_a_string) {
  const Plan plan = planOf(
      "CREATE TABLE t(a TEXT DEFAULT 'CURRENT_TIMESTAMP', b TEXT DEFAULT \"CURRENT_TIMESTAMP\","
      "c TIMESTAMP DEFAULT 'CURRENT_TIMESTAMP')");
  EXPECT_EQ(columnOf(plan, "t", "a").defaultSql, "'CURRENT_TIMESTAMP'");
  EXPECT_EQ(columnOf(plan, "t", "b").defaultSql, "'CURRENT_TIMESTAMP'");
  EXPECT_FALSE(columnOf(plan, "t", "c").defaultSql);
  EXPECT_NE(findingOf(plan, "default-dropped", "t.c"), nullptr);
}

TEST(PlanCases, C102_double_quoted_and_bare_words_are_strings) {
  const Plan plan = planOf(
      "CREATE TABLE t(a TEXT DEFAULT \"quoted\", b TEXT DEFAULT abc, c TEXT DEFAULT \"it's\","
      "d TEXT DEFAULT \"\")");
  EXPECT_EQ(columnOf(plan, "t", "a").defaultSql, "'quoted'");
  EXPECT_EQ(columnOf(plan, "t", "b").defaultSql, "'abc'");
  EXPECT_EQ(columnOf(plan, "t", "c").defaultSql, "'it''s'");
  EXPECT_EQ(columnOf(plan, "t", "d").defaultSql, "''");
}

TEST(PlanCases, C103_null_defaults_are_none) {
  const Plan plan =
      planOf("CREATE TABLE t(a TEXT DEFAULT NULL, b INT DEFAULT null, c TEXT DEFAULT (null))");
  for (const char* column : {"a", "b", "c"})
    EXPECT_FALSE(columnOf(plan, "t", column).defaultSql);
  EXPECT_EQ(findingOf(plan, "default-dropped"), nullptr);
}

TEST(PlanCases, C104_constants_are_what_SQLite_stores) {
  const Plan plan = planOf(
      "CREATE TABLE t(a INTEGER DEFAULT -1, b INTEGER DEFAULT +2, c REAL DEFAULT 1e3,"
      "d INTEGER DEFAULT 0x10, e INTEGER DEFAULT '5', f TEXT DEFAULT 1, g BLOB DEFAULT x'00ff',"
      "h INTEGER NOT NULL DEFAULT '', i TEXT DEFAULT 'a\\b', j INTEGER DEFAULT (2*3))");
  EXPECT_EQ(columnOf(plan, "t", "a").defaultSql, "-1");
  EXPECT_EQ(columnOf(plan, "t", "b").defaultSql, "2");
  EXPECT_EQ(columnOf(plan, "t", "c").defaultSql, "1000");
  EXPECT_EQ(columnOf(plan, "t", "d").defaultSql, "16");
  EXPECT_EQ(columnOf(plan, "t", "e").defaultSql, "5");
  EXPECT_EQ(columnOf(plan, "t", "f").defaultSql, "'1'");
  EXPECT_EQ(columnOf(plan, "t", "g").defaultSql, "'\\x00ff'::bytea");
  EXPECT_FALSE(columnOf(plan, "t", "h").defaultSql);
  EXPECT_NE(findingOf(plan, "default-dropped", "t.h")->message.find("NOT NULL"), std::string::npos);
  EXPECT_EQ(columnOf(plan, "t", "i").defaultSql, "'a\\b'");
  EXPECT_EQ(columnOf(plan, "t", "j").defaultSql, "6");
}

TEST(PlanCases, C124_spellings_of_one_instant_in_a_key_are_refused) {
  const Plan plan = planOf(
      "CREATE TABLE t(d DATETIME UNIQUE);"
      "INSERT INTO t VALUES('2020-01-01'),('2020-01-01 00:00:00'),('2020-01-02')");
  EXPECT_NE(findingOf(plan, "duplicates-by-conversion", "t.d"), nullptr);
}

}  // namespace
}  // namespace repot::migrate::test
