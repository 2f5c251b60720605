// Views in the target: there with the source's rows, or not there and reported.
#include "engine/planner.hpp"
#include "run_fixture.hpp"

#include <algorithm>

namespace repot::migrate {
namespace {

class Views : public RunTest {
 protected:
  Plan plan() {
    sqlite::SqliteSource opened = sqlite::SqliteSource::open(path_);
    return makePlan(opened, {});
  }
  std::string views() {
    return target_.value(
        "SELECT coalesce(string_agg(viewname, ',' ORDER BY viewname), '') FROM pg_views WHERE "
        "schemaname = 'public'");
  }
  static const Finding* find(const Report& report, std::string_view code) {
    const auto found = std::find_if(report.findings.begin(), report.findings.end(),
                                    [&](const Finding& finding) { return finding.code == code; });
    return found == report.findings.end() ? nullptr : &*found;
  }
};

TEST_F(Views, readEachOtherAndSortAsInSQLite) {
  source(
      "CREATE TABLE t(a TEXT, flag BOOLEAN, r REAL);"
      "INSERT INTO t VALUES('b', 1, 0.1), ('B', 0, 0.2), (NULL, 1, 0.3);"
      "CREATE VIEW second AS SELECT a FROM first WHERE flag = 1;"
      "CREATE VIEW first AS SELECT a, flag FROM t ORDER BY a;"
      "CREATE VIEW sums AS SELECT flag, sum(r) AS s FROM t GROUP BY flag;");
  const Report report = migrateSurely();
  EXPECT_EQ(views(), "first,second,sums");
  EXPECT_EQ(target_.value("SELECT string_agg(coalesce(a, '-'), '') FROM (SELECT a FROM first) q"),
            "-Bb");
  EXPECT_EQ(target_.value("SELECT count(*) FROM second"), "2");
  EXPECT_EQ(target_.value("SELECT pg_typeof(flag) FROM first LIMIT 1"), "boolean");
  EXPECT_FALSE(report.hasReported());
}

TEST_F(Views, thatHaveOtherRowsAreDroppedAndReportedAndTheTablesStay) {
  source(
      "CREATE TABLE t(a INTEGER); INSERT INTO t VALUES(1), (2);"
      "CREATE VIEW wrong AS SELECT a FROM t; CREATE VIEW fewer AS SELECT a FROM t;"
      "CREATE VIEW bad AS SELECT a FROM t; CREATE VIEW good AS SELECT a FROM t;");
  MigrateOptions options;
  options.savedPlan = plan();
  const auto replace = [&](std::size_t view, const std::string& with) {
    std::string& sql = options.savedPlan->views.at(view).sql;
    sql.replace(sql.find("SELECT"), std::string::npos, with);
  };
  replace(0, "SELECT a + 1 FROM t");
  replace(1, "SELECT a FROM t WHERE a > 1");
  replace(2, "SELECT nope FROM t");
  const Report report = migrateSurely(options);
  EXPECT_TRUE(report.published);
  EXPECT_TRUE(report.hasReported());
  EXPECT_EQ(views(), "good");
  EXPECT_EQ(target_.value("SELECT count(*) FROM t"), "2");
  EXPECT_EQ(std::count_if(report.findings.begin(), report.findings.end(),
                          [](const Finding& finding) { return finding.code == "view"; }),
            3);
}

TEST_F(Views, ofManyRowsAreKeptAndNotCompared) {
  source(
      "CREATE TABLE t(a INTEGER); INSERT INTO t VALUES(1), (2);"
      "CREATE VIEW many AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i "
      "< "
      "60000) SELECT i, a FROM n, t;");
  const Report report = migrateSurely();
  EXPECT_EQ(views(), "many");
  ASSERT_NE(find(report, "view-not-compared"), nullptr);
  EXPECT_NE(find(report, "view-not-compared")->message.find("100000 rows"), std::string::npos);
}

TEST_F(Views, canBecomeTablesOfTheirRows) {
  source(
      "CREATE TABLE t(a INTEGER, b TEXT); INSERT INTO t VALUES(1, 'x'), (1, 'y'), (2, 'z');"
      "CREATE VIEW lists AS SELECT a, group_concat(b) AS bs FROM t GROUP BY a;"
      "CREATE VIEW over AS SELECT a FROM lists WHERE bs = 'x,y';");
  EXPECT_EQ(failure().first, Stage::refused);
  MigrateOptions options;
  options.plan.views = PlanOptions::Views::materialize;
  const Report report = migrateSurely(options);
  EXPECT_EQ(target_.value("SELECT bs FROM lists WHERE a = 1"), "x,y");
  EXPECT_EQ(views(), "over");
  EXPECT_EQ(target_.value("SELECT a FROM over"), "1");
  EXPECT_NE(find(report, "view-materialized"), nullptr);
  EXPECT_TRUE(verifyAll(options).verified()) << reportToText(verifyAll(options));
  target_.query("UPDATE lists SET bs = 'x;y' WHERE a = 1");
  EXPECT_NE(reportToText(verifyAll(options)).find("bs='x;y'"), std::string::npos)
      << reportToText(verifyAll(options));
  target_.query("DROP TABLE lists CASCADE");
  EXPECT_FALSE(verifyAll(options).verified());
}

TEST_F(Views, thatAnotherToolCopiedAsTablesAreComparedAsSuch) {
  source(
      "CREATE TABLE t(a INTEGER); INSERT INTO t VALUES(1), (2);"
      "CREATE VIEW small AS SELECT a FROM t WHERE a < 2;");
  target_.query("CREATE TABLE t AS SELECT a::bigint FROM generate_series(1, 2) a");
  target_.query("CREATE TABLE small AS SELECT 1::bigint AS a");
  MigrateOptions options;
  options.verify.maker = VerifyOptions::Maker::other;
  EXPECT_TRUE(verifyAll(options).verified()) << reportToText(verifyAll(options));
  target_.query("UPDATE small SET a = 2");
  EXPECT_FALSE(verifyAll(options).verified());
}

TEST_F(Views, areVerifiedByDefinitionAndOnRequestByRows) {
  source(
      "CREATE TABLE t(a INTEGER, r REAL); INSERT INTO t VALUES(1, 0.1), (2, 0.2);"
      "CREATE VIEW sums AS SELECT sum(r) AS s FROM t; CREATE VIEW ones AS SELECT a FROM t WHERE a "
      "= 1;");
  migrateSurely();
  MigrateOptions options;
  options.verify.viewRows = true;
  const Report sound = verifyAll(options);
  EXPECT_TRUE(sound.verified()) << reportToText(sound);
  target_.query("CREATE OR REPLACE VIEW ones AS SELECT a FROM t WHERE a = 2");
  EXPECT_NE(reportToText(verifyAll()).find("the view \"ones\" is another"), std::string::npos);
  options.verify.maker = VerifyOptions::Maker::other;
  EXPECT_NE(reportToText(verifyAll(options)).find("the view \"ones\" has other rows: row 1"),
            std::string::npos);
  options.verify.viewRows = false;
  EXPECT_TRUE(verifyAll(options).verified());
  target_.query("DROP VIEW ones");
  EXPECT_NE(reportToText(verifyAll()).find("the view \"ones\" is missing"), std::string::npos);
}

TEST_F(Views, thatAMigrationWouldNotKeepAreNotMissed) {
  source(
      "CREATE TABLE t(a INTEGER); INSERT INTO t VALUES(1), (2);"
      "CREATE VIEW wrong AS SELECT a FROM t; CREATE VIEW bad AS SELECT a FROM t;");
  MigrateOptions options;
  options.savedPlan = plan();
  const auto replace = [&](std::size_t view, const std::string& with) {
    std::string& sql = options.savedPlan->views.at(view).sql;
    sql.replace(sql.find("SELECT"), std::string::npos, with);
  };
  replace(0, "SELECT a + 1 FROM t");
  replace(1, "SELECT nope FROM t");
  migrateSurely(options);
  const Report report = verifyAll(options);
  EXPECT_TRUE(report.verified()) << reportToText(report);
  EXPECT_TRUE(report.hasReported());
}

}  // namespace
}  // namespace repot::migrate
