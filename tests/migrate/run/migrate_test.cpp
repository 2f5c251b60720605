// Migrations from beginning to end: what arrives, what is refused, and that nothing is left behind.
#include "run_fixture.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace repot::migrate {
namespace {

const std::string library = R"(
  CREATE TABLE artists(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
  CREATE TABLE tracks(id INTEGER PRIMARY KEY, artist INT REFERENCES artists(id) ON DELETE CASCADE,
                      title TEXT, seconds REAL, broken BOOLEAN NOT NULL DEFAULT 0, cover BLOB);
  CREATE INDEX tracks_title ON tracks(title);
  INSERT INTO artists(name) VALUES ('One'), ('Zwölf'), ('gone');
  DELETE FROM artists WHERE name = 'gone';
  INSERT INTO tracks VALUES (1, 1, 'Über', 1.5, 0, x'00ff'), (2, 2, '', 9e999, 1, x''),
                            (-5, NULL, NULL, NULL, 0, NULL);)";

std::string fileBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

TEST_F(RunTest, AllRowsAndObjectsArrive) {
  source(library);
  const std::string before = fileBytes(path_);
  const Report report = migrateSurely();
  EXPECT_TRUE(report.verified()) << reportToText(report);
  EXPECT_TRUE(report.published);
  EXPECT_EQ(fileBytes(path_), before);
  EXPECT_EQ(target_.value("SELECT count(*) FROM tracks"), "3");
  EXPECT_EQ(target_.value("SELECT cover::text FROM tracks WHERE id = 1"), "\\x00ff");
  EXPECT_EQ(target_.value("SELECT cover::text FROM tracks WHERE id = 2"), "\\x");
  EXPECT_EQ(target_.value("SELECT seconds::text FROM tracks WHERE id = 2"), "Infinity");
  EXPECT_EQ(target_.value("SELECT title IS NULL FROM tracks WHERE id = -5"), "t");
  // The id of the deleted artist is not handed out again.
  EXPECT_EQ(target_.value("INSERT INTO artists(name) VALUES ('new') RETURNING id"), "4");
  EXPECT_EQ(target_.value("INSERT INTO tracks(title) VALUES ('new') RETURNING id"), "3");
  target_.query("DELETE FROM artists WHERE id = 1");
  EXPECT_EQ(target_.value("SELECT count(*) FROM tracks WHERE id = 1"), "0");
  EXPECT_EQ(schemas(), "");
}

TEST_F(RunTest, TheLossLedgerAddsUp) {
  source(
      "CREATE TABLE t(a INTEGER, b TEXT); INSERT INTO t VALUES (1, NULL), (NULL, 'x'), (3, 'y')");
  const Report report = migrateSurely();
  ASSERT_EQ(report.loads.size(), 1U);
  for (const ColumnLedger& column : report.loads[0].columns) {
    EXPECT_EQ(column.written, 2);
    EXPECT_EQ(column.nulls, 1);
    EXPECT_EQ(column.setNull + column.converted + column.quarantined, 0);
  }
}

TEST_F(RunTest, MisfitsBecomeNullOnlyOnRequestAndAreCounted) {
  source(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 5), (2, "
      "'lots')");
  const auto [stage, message] = failure();
  EXPECT_EQ(stage, Stage::refused);
  EXPECT_NE(message.find("t.n"), std::string::npos) << message;
  EXPECT_NE(message.find("lots"), std::string::npos) << message;
  MigrateOptions options;
  options.plan.set("on-misfit", "null");
  const Report report = migrateSurely(options);
  EXPECT_TRUE(report.verified()) << reportToText(report);
  EXPECT_EQ(report.loads[0].columns[1].setNull, 1);
  EXPECT_EQ(target_.value("SELECT count(*) FROM t WHERE n IS NULL"), "1");
}

TEST_F(RunTest, ATargetThatHasTheNamesIsRefusedAndLeftAsItIs) {
  source(library);
  target_.query("CREATE TABLE tracks(mine text); INSERT INTO tracks VALUES ('precious')");
  const auto [stage, message] = failure();
  EXPECT_EQ(stage, Stage::refused);
  EXPECT_NE(message.find("\"tracks\""), std::string::npos) << message;
  EXPECT_NE(message.find("not empty"), std::string::npos) << message;
  EXPECT_EQ(target_.value("SELECT mine FROM tracks"), "precious");
  EXPECT_EQ(target_.value("SELECT to_regclass('artists') IS NULL"), "t");
  EXPECT_EQ(schemas(), "");
}

TEST_F(RunTest, AFailureWhileRunningLeavesNothing) {
  source("CREATE TABLE t(v TEXT UNIQUE); INSERT INTO t VALUES ('x')");
  target_.query(
      "CREATE FUNCTION forbid() RETURNS event_trigger LANGUAGE plpgsql AS "
      "$$ BEGIN RAISE 'no keys today'; END $$");
  target_.query(
      "CREATE EVENT TRIGGER forbid ON ddl_command_start WHEN TAG IN ('ALTER TABLE') "
      "EXECUTE FUNCTION forbid()");
  const auto [stage, message] = failure();
  EXPECT_EQ(stage, Stage::run);
  EXPECT_NE(message.find("no keys today"), std::string::npos) << message;
  EXPECT_EQ(target_.value("SELECT to_regclass('t') IS NULL"), "t");
  EXPECT_EQ(schemas(), "");
}

TEST_F(RunTest, AnIndexThatPostgresqlCannotBuildIsReportedOnRequest) {
  source(
      "CREATE TABLE t(v TEXT); CREATE INDEX t_v ON t(v); INSERT INTO t VALUES "
      "(hex(randomblob(9000)))");
  const auto [stage, message] = failure();
  EXPECT_EQ(stage, Stage::refused) << message;
  EXPECT_EQ(schemas(), "");
  MigrateOptions options;
  options.skipUntranslatable = true;
  const Report report = migrateSurely(options);
  EXPECT_TRUE(report.verified()) << reportToText(report);
  EXPECT_TRUE(report.hasReported());
  EXPECT_EQ(target_.value("SELECT count(*) FROM t"), "1");
}

TEST_F(RunTest, AUniqueKeyThatPostgresqlCannotBuildIsRefusedBeforeTheLoad) {
  source(
      "CREATE TABLE t(v TEXT); CREATE UNIQUE INDEX t_v ON t(v);"
      "INSERT INTO t VALUES (hex(randomblob(9000)))");
  MigrateOptions options;
  options.skipUntranslatable = true;
  const auto [stage, message] = failure(options);
  EXPECT_EQ(stage, Stage::refused);
  EXPECT_NE(message.find("t_v"), std::string::npos) << message;
  EXPECT_NE(message.find("--hash-long-keys"), std::string::npos) << message;
  EXPECT_EQ(schemas(), "");
  options.plan.hashLongKeys = true;
  EXPECT_TRUE(migrateSurely(options).verified());
}

TEST_F(RunTest, WhatChangesWhileObjectsAreMadeIsFound) {
  source(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); CREATE INDEX t_v ON t(v);"
      "INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three')");
  // The source's digests are taken while it is copied, the target's after all objects are made.
  target_.query(
      "CREATE FUNCTION damage() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN"
      "  UPDATE t SET v = 'zwei' WHERE id = 2; END $$");
  target_.query(
      "CREATE EVENT TRIGGER damage ON ddl_command_end WHEN TAG IN ('CREATE INDEX')"
      "  EXECUTE FUNCTION damage()");
  const Report report = migrateSurely();
  EXPECT_FALSE(report.verified());
  EXPECT_FALSE(report.published);
  ASSERT_EQ(report.verification.tables.at(0).differences.size(), 1U);
  const std::string& sentence = report.verification.tables[0].differences[0];
  EXPECT_NE(sentence.find("source 'two', target 'zwei'"), std::string::npos) << sentence;
  EXPECT_EQ(schemas(), "");
}

TEST_F(RunTest, ManySmallTablesAreMadeTogetherAndEachErrorIsNamed) {
  std::string sql;
  for (int i = 0; i < 130; ++i) {
    const std::string n = std::to_string(i);
    sql += "CREATE TABLE t" + n + "(id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT, up INTEGER " +
           "REFERENCES t" + std::to_string(std::max(i - 1, 0)) + "(id));" + "CREATE INDEX t" + n +
           "_v ON t" + n + "(v); INSERT INTO t" + n + " VALUES (" + n + ", 'x', NULL);";
  }
  source(sql);
  target_.query(
      "CREATE FUNCTION deny() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN"
      "  IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() "
      "             WHERE object_identity LIKE '%.t7_v') THEN RAISE 'denied'; END IF; END $$");
  target_.query(
      "CREATE EVENT TRIGGER deny ON ddl_command_end WHEN TAG IN ('CREATE INDEX')"
      "  EXECUTE FUNCTION deny()");
  const auto [stage, message] = failure();
  EXPECT_EQ(stage, Stage::run);
  EXPECT_NE(message.find("making t7_v of table \"t7\""), std::string::npos) << message;
  EXPECT_EQ(schemas(), "");
  target_.query("DROP EVENT TRIGGER deny");
  const Report report = migrateSurely();
  EXPECT_TRUE(report.verified()) << reportToText(report);
  EXPECT_EQ(target_.value("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated "
                          "AND connamespace = 'public'::regnamespace"),
            "130");
  EXPECT_EQ(target_.value("SELECT count(*) FROM pg_indexes WHERE indexname LIKE 't%_v'"), "130");
  EXPECT_EQ(target_.value("INSERT INTO t129(v) VALUES ('y') RETURNING id"), "130");
}

TEST_F(RunTest, AnInterruptedRunLeavesNothing) {
  source(
      "CREATE TABLE t(v INTEGER); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
      "WHERE i < 20000) INSERT INTO t SELECT i FROM n");
  Progress progress;
  progress.stop = true;
  EXPECT_THROW(migrate(path_, target_.url(), {}, progress), StageError);
  EXPECT_EQ(target_.value("SELECT to_regclass('t') IS NULL"), "t");
  EXPECT_EQ(schemas(), "");
}

TEST_F(RunTest, ExtremeAndSparseRowidsAreLoadedOnceEach) {
  source(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v BLOB);"
      "INSERT INTO t VALUES (-9223372036854775808, zeroblob(40000000)), (0, zeroblob(40000000)),"
      "(-5, x'01'), (9223372036854775807, x'02'), (1, NULL)");
  const Report report = migrateSurely();
  EXPECT_TRUE(report.verified()) << reportToText(report);
  EXPECT_EQ(report.loads[0].rows, 5);
  EXPECT_EQ(target_.value("SELECT sum(length(v)) FROM t"), "80000002");
}

TEST_F(RunTest, WithoutRowidEmptyAndOddlyNamedTables) {
  source(
      R"(CREATE TABLE "a ""quoted"" name"("select" INT, "c d" TEXT, PRIMARY KEY("c d", "select")) WITHOUT ROWID;
            INSERT INTO "a ""quoted"" name" VALUES (1, 'x'), (2, 'x');
            CREATE TABLE empty(a, b TEXT);
            CREATE TABLE pg_class(x TEXT); INSERT INTO pg_class VALUES ('mine');)");
  const Report report = migrateSurely();
  EXPECT_TRUE(report.verified()) << reportToText(report);
  EXPECT_EQ(target_.value("SELECT x FROM public.pg_class"), "mine");
  EXPECT_EQ(target_.value(R"(SELECT count(*) FROM "a ""quoted"" name")"), "2");
}

TEST_F(RunTest, ADatabaseOfEmptyTablesArrives) {
  source("CREATE TABLE one(a INTEGER PRIMARY KEY); CREATE TABLE two(b REFERENCES one(a));");
  const Report report = migrateSurely();
  EXPECT_TRUE(report.verified()) << reportToText(report);
  EXPECT_EQ(target_.value("SELECT count(*) FROM one, two"), "0");
}

TEST_F(RunTest, ASavedPlanIsRefusedOnceTheSourceHasChanged) {
  source(library);
  sqlite::SqliteSource opened = sqlite::SqliteSource::open(path_);
  MigrateOptions options;
  options.savedPlan = Plan();
  options.savedPlan->sourceDigest = std::string(32, '0');
  const auto [stage, message] = failure(options);
  EXPECT_EQ(stage, Stage::refused);
  EXPECT_NE(message.find("saved plan"), std::string::npos) << message;
}

}  // namespace
}  // namespace repot::migrate
