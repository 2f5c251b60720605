// Streams that join while rows are loaded: each row still arrives once.
#include "engine/planner.hpp"
#include "engine/run/load.hpp"
#include "engine/run/stages.hpp"
#include "engine/run/staging.hpp"
#include "run_fixture.hpp"

namespace repot::migrate {
namespace {

class LoadStreamsTest : public RunTest {
 protected:
  /// The readers in the end, after all rows were loaded by one stream at first and up to four.
  std::size_t load(bool writtenTo) {
    source(
        "PRAGMA journal_mode = WAL; CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
        " INSERT INTO t SELECT i, 'value ' || i FROM n");
    sqlite::SqliteSource opened = openSource(path_, 1);
    if (writtenTo) source("INSERT INTO t VALUES (100000, 'later')");
    const Plan plan = makePlan(opened, {});
    Control control(target_.url());
    const LoadPace::Limits limits{1, 4, 8192, std::chrono::milliseconds(50)};
    LoadPace pace(limits);
    Progress progress;
    createStaging(control, target_.url(), "repot_staging_test", plan, 1, progress);
    const auto loads =
        loadTables(opened, target_.url(), "repot_staging_test", plan, {}, pace, nullptr, progress);
    EXPECT_EQ(loads.at(0).rows, 60000);
    EXPECT_EQ(target_.value("SELECT count(*) || ' ' || count(DISTINCT id) || ' ' || sum(id) FROM "
                            "repot_staging_test.t"),
              "60000 60000 1800030000");
    return opened.readerCount();
  }
};

TEST_F(LoadStreamsTest, JoinWhileNobodyWrites) {
  EXPECT_GT(load(false), 1U);
}

TEST_F(LoadStreamsTest, StayAsFewAsTheyWereWhereTheSnapshotIsPast) {
  EXPECT_EQ(load(true), 1U);
}

}  // namespace
}  // namespace repot::migrate
