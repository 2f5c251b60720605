// Generated columns of which PostgreSQL would make other values than SQLite.
#include "engine/run/trial.hpp"

#include "engine/planner.hpp"
#include "engine/run/stages.hpp"
#include "run_fixture.hpp"

namespace repot::migrate {
namespace {

class TrialTest : public RunTest {
 protected:
  /// The plan of the source, with the expression of t.b replaced by `expression`.
  Plan settled(const std::string& expression) {
    sqlite::SqliteSource opened = openSource(path_, 2);
    Plan plan = makePlan(opened, {});
    ColumnPlan& column = plan.tables.at(0).columns.at(1);
    EXPECT_TRUE(column.generatedSql);
    column.generatedSql = expression;
    Control control(target_.url());
    Progress progress;
    tryOnTarget(opened, control, target_.url(), "repot_trial", plan, {}, progress);
    return plan;
  }
  static const Finding* finding(const Plan& plan) {
    for (const Finding& finding : plan.findings) {
      if (finding.code == "generated-column") return &finding;
    }
    return nullptr;
  }
};

TEST_F(TrialTest, EqualValuesStayComputed) {
  source("CREATE TABLE t(a INT, b INT AS (a * 2)); INSERT INTO t VALUES (1), (NULL), (-7)");
  const Plan plan = settled(R"("a" + "a")");
  EXPECT_TRUE(plan.tables[0].columns[1].generatedSql);
  EXPECT_EQ(finding(plan), nullptr);
  EXPECT_EQ(schemas(), "");
}

TEST_F(TrialTest, OneOtherValueMakesAnOrdinaryColumn) {
  source("CREATE TABLE t(a INT, b INT AS (a * 2)); INSERT INTO t VALUES (1), (2), (NULL), (3)");
  const Plan plan = settled(R"(CASE WHEN "a" = 3 THEN 7 ELSE "a" * 2 END)");
  EXPECT_FALSE(plan.tables[0].columns[1].generatedSql);
  ASSERT_NE(finding(plan), nullptr);
  EXPECT_NE(finding(plan)->message.find("other values in 1 rows"), std::string::npos)
      << finding(plan)->message;
  EXPECT_EQ(schemas(), "");
}

TEST_F(TrialTest, TheSignOfAZeroIsAValue) {
  source("CREATE TABLE t(a REAL, b REAL AS (a * 2)); INSERT INTO t VALUES (0.0)");
  EXPECT_FALSE(settled(R"("a" * -2)").tables[0].columns[1].generatedSql);
}

TEST_F(TrialTest, ABlankAtTheEndIsAValue) {
  source("CREATE TABLE t(a TEXT, b TEXT AS (a || 'x')); INSERT INTO t VALUES ('q')");
  EXPECT_FALSE(settled(R"("a" || 'x ')").tables[0].columns[1].generatedSql);
}

}  // namespace
}  // namespace repot::migrate
