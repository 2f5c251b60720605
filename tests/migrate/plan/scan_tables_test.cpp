// A scan by several readers gives what one alone gives, examples and their order included.
#include "fixture.hpp"

#include <repot/sqlite/bulk.hpp>

#include <engine/plan_json.hpp>
#include <engine/planner.hpp>
#include <gtest/gtest.h>

namespace repot::migrate::test {
namespace {

std::string planBy(const std::string& path, std::size_t readers) {
  sqlite::SourceOptions options;
  options.readers = readers;
  auto source = sqlite::SqliteSource::open(path, options);
  return planToJson(makePlan(source, {}));
}

TEST(ScanTables, AreTheSameByAnyNumberOfReaders) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("scan.db");
  // Rowids that lie far apart make many ranges of few rows; misfits are in all of them.
  runScript(path,
            "CREATE TABLE t (id INTEGER PRIMARY KEY, amount NUMERIC(6, 2), day DATE, flag BOOLEAN,"
            "  note VARCHAR(12));"
            "CREATE TABLE edges (id INTEGER PRIMARY KEY, x);"
            "CREATE TABLE keyed (k TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID;"
            "CREATE TABLE empty (id INTEGER PRIMARY KEY);"
            "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 900) "
            "INSERT INTO t SELECT n * 1009 - 300000, n / 8.0, CASE WHEN n % 50 THEN '2024-02-03' "
            "  ELSE 'soon' END, n % 2, 'note ' || CASE WHEN n % 97 THEN n ELSE hex(n * n) END "
            "FROM s;"
            "INSERT INTO edges VALUES (-9223372036854775808, 1), (0, 'zero'), "
            "  (9223372036854775807, x'00');"
            "INSERT INTO keyed VALUES ('a', 1), ('b', 'two')");
  const std::string alone = planBy(path, 1);
  EXPECT_NE(alone.find("soon"), std::string::npos);
  for (const std::size_t readers : {2U, 3U, 8U})
    EXPECT_EQ(planBy(path, readers), alone) << readers;
}

TEST(ScanTables, WhatOneReaderCannotReadIsTold) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("scan.db");
  runScript(path,
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, 1), (2000000, 2);"
            "CREATE TABLE sound (id INTEGER PRIMARY KEY);"
            "PRAGMA writable_schema = ON;"
            "UPDATE sqlite_schema SET sql = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a, "
            "  b AS (nobody_has_this(a)))' WHERE name = 't'");
  const std::string alone = planBy(path, 1);
  EXPECT_NE(alone.find("unreadable-table"), std::string::npos) << alone;
  EXPECT_EQ(planBy(path, 2), alone);
}

}  // namespace
}  // namespace repot::migrate::test
