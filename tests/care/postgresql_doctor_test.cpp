// Faults planted in a PostgreSQL database: the doctor names each.
#include "engine/care/doctor.hpp"
#include "support/test_database.hpp"

#include <repot/backends.hpp>

#include <gtest/gtest.h>

#include <set>

namespace repot::care {
namespace {

struct Fault {
  const char* check;
  const char* plant;
  const char* undo;  ///< What outlives the database.
};

const Fault faults[] = {
    {"invalid_index",
     "CREATE INDEX broken ON track(title); UPDATE pg_index SET indisvalid = false WHERE indexrelid "
     "= 'broken'::regclass",
     ""},
    {"unproved_constraint", "ALTER TABLE track ADD CONSTRAINT c CHECK (seconds > 0) NOT VALID", ""},
    {"foreign_key_index", "CREATE TABLE c(id int PRIMARY KEY, artist int REFERENCES artist(id))",
     ""},
    {"duplicate_index", "CREATE INDEX again ON track(artist)", ""},
    {"no_primary_key", "CREATE TABLE c(a int)", ""},
    {"sequence_end", "CREATE SEQUENCE s AS smallint; SELECT setval('s', 30000)", ""},
    {"autovacuum", "ALTER TABLE track SET (autovacuum_enabled = false)", ""},
    {"unlogged_table", "CREATE UNLOGGED TABLE c(id int PRIMARY KEY)", ""},
    {"staging_schema", "CREATE SCHEMA repot_staging_0123abcd", ""},
    {"staging_schema", "CREATE SCHEMA repot_sample_0123abcd; CREATE SCHEMA repot_sample_mine", ""},
    {"replication_slot", "SELECT pg_create_physical_replication_slot('left')",
     "SELECT pg_drop_replication_slot('left')"},
    {"statistics",
     "CREATE TABLE c(id int PRIMARY KEY, t text); INSERT INTO c SELECT n, repeat('x', 1500) FROM "
     "generate_series(1, 8000) n",
     ""},
};

std::set<std::string> found(const DatabaseUrl& url) {
  std::set<std::string> names;
  for (const Finding& one : examine(url).findings)
    names.insert(one.check);
  return names;
}

TEST(PostgresqlDoctor, findsEachPlantedFaultAndNoOther) {
  registerBackends();
  for (const Fault& fault : faults) {
    SCOPED_TRACE(fault.check);
    test::ScratchDatabase database;
    database.query(
        "CREATE TABLE artist(id int PRIMARY KEY, name text);"
        "CREATE TABLE track(id int PRIMARY KEY, artist int REFERENCES artist(id), title text, "
        "seconds int);"
        "CREATE INDEX track_artist ON track(artist)");
    const std::set<std::string> before = found(database.url());
    EXPECT_FALSE(before.contains(fault.check));
    database.query(fault.plant);
    std::set<std::string> after = found(database.url());
    if (*fault.undo != '\0') database.query(fault.undo);
    EXPECT_EQ(after.erase(fault.check), 1U);
    EXPECT_EQ(after, before);
  }
}

TEST(PostgresqlDoctor, everyCheckRunsAndAPasswordIsNotShown) {
  registerBackends();
  test::ScratchDatabase database;
  const Examination examination = examine(database.url().withOption("password", "s3cret"));
  EXPECT_GE(examination.checks.size(), 20U);
  EXPECT_EQ(toJson(examination).find("s3cret"), std::string::npos);
  EXPECT_EQ(toText(examination).find("s3cret"), std::string::npos);
  for (const Skipped& one : examination.skipped)
    EXPECT_TRUE(one.check == "backups" || one.check == "migrations") << one.check << one.reason;
}

TEST(PostgresqlDoctor, mendsAnInvalidIndexAndAnalyzes) {
  registerBackends();
  test::ScratchDatabase database;
  database.query(
      "CREATE TABLE c(id int PRIMARY KEY, t text); INSERT INTO c SELECT n, repeat('x', 1500) FROM "
      "generate_series(1, 8000) n; CREATE INDEX broken ON c(t)");
  database.query("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass");
  const Examination before = examine(database.url());
  for (const Treatment& one : treat(database.url(), before.findings, false))
    EXPECT_EQ(one.failure, "") << one.finding.check;
  const std::set<std::string> after = found(database.url());
  EXPECT_FALSE(after.contains("invalid_index"));
  EXPECT_EQ(database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'broken'::regclass"),
            "t");
  EXPECT_GT(std::stoi(database.value("SELECT count(*) FROM pg_stats WHERE tablename = 'c'")), 0);
}

}  // namespace
}  // namespace repot::care
