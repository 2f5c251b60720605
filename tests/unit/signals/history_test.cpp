// The history's file: bounded, shared by processes, private, and of no harm where it fails.
#include "support/test_database.hpp"

#include <repot/backends.hpp>
#include <repot/error.hpp>
#include <repot/growth_history.hpp>
#include <repot/growth_monitor.hpp>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace repot {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_seconds;

const sys_seconds start{std::chrono::sys_days{std::chrono::year{2020} / 1 / 1}};

GrowthUpdate updateAt(sys_seconds time, std::int64_t pages = 10) {
  GrowthUpdate update;
  update.sample.start = time;
  update.sample.length = 0s;
  update.sample.storage = {pages, 0, 4096, 0};
  update.sample.work.writes = 1;
  update.sample.work.lockWaits.counts[3] = 1;
  update.sample.work.lockWaits.sum = 700us;
  return update;
}

class History : public testing::Test {
 protected:
  void SetUp() override { registerBackends(); }
  std::uint64_t writesOf(const GrowthRecord& record) {
    std::uint64_t writes = 0;
    for (const GrowthSample& sample : record.samples)
      writes += sample.work.writes;
    return writes;
  }
  test::ScratchFolder folder_;
  GrowthHistory history_{folder_.file("app.db-repot-signals")};
};

TEST_F(History, ReadsBackWhatWasAdded) {
  GrowthUpdate update = updateAt(start + 30s, 7);
  update.settings.sizeAct = 12345;
  update.users = {{1, start + 20s}, {2, start + 25s}};
  history_.add(update);
  const GrowthRecord record = history_.read();
  ASSERT_EQ(record.samples.size(), 1U);
  const GrowthSample& sample = record.samples.front();
  EXPECT_EQ(sample.start, start);
  EXPECT_EQ(sample.length, 60s);
  EXPECT_EQ(sample.storage.pages, 7);
  EXPECT_EQ(sample.users, 2);
  EXPECT_EQ(sample.work, update.sample.work);
  EXPECT_EQ(record.totals, update.sample.work);
  EXPECT_EQ(record.settings.sizeAct, 12345);
}

TEST_F(History, UsersCountOverTheWindowAndOnlyAsHashes) {
  GrowthUpdate update = updateAt(start);
  update.users = {{77, start}, {78, start}};
  history_.add(update);
  update = updateAt(start + 4min);
  update.users = {{77, start + 4min}, {79, start + 4min}};
  history_.add(update);
  EXPECT_EQ(history_.read().activeUsers, 3);
  history_.add(updateAt(start + 8min));
  EXPECT_EQ(history_.read().activeUsers, 2) << "78 was seen last eight minutes ago";
  Database database = Database::open(DatabaseUrl::fromSqlitePath(history_.path()));
  database.read([](UnitOfWork& unit) {
    unit.query("SELECT count(*) FROM users WHERE hash IN (77, 78, 79)", {}, {ColumnType::integer},
               [](std::vector<Value>& row) { EXPECT_EQ(row[0], Value(std::int64_t{0})); });
  });
}

TEST_F(History, IsBoundedAndLosesNoCount) {
  history_.add(updateAt(start));
  // As if nobody had ever made it smaller: 20 days of minutes behind 2,500 days of hours.
  constexpr std::int64_t hours = 2500 * 24, minutes = 20 * 24 * 60;
  Database::open(DatabaseUrl::fromSqlitePath(history_.path())).write([&](UnitOfWork& unit) {
    const std::string insert =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) "
        "INSERT INTO samples SELECT $2 + i * $3, $3, i + $4, 0, 4096, 0, 1, '{\"writes\":1}' "
        "FROM n";
    const std::int64_t first = start.time_since_epoch().count();
    unit.execute(insert, {hours, first, std::int64_t{3600}, std::int64_t{10}});
    unit.execute(insert,
                 {minutes, first + (hours + 1) * 3600, std::int64_t{60}, std::int64_t{100'000}});
  });
  const sys_seconds end = start + (hours + 1) * 1h + minutes * 1min;
  for (int i = 1; i <= 50; ++i)
    history_.add(updateAt(end + i * 1min, 1'000'000 + i));
  const GrowthRecord record = history_.read();
  EXPECT_LE(record.samples.size(), 48U * 60 + 60 + 60 * 24 + 24 + 5 * 366 + 2);
  EXPECT_GE(record.samples.size(), 48U * 60 + 58 * 24 + 5 * 366 - 70);
  // What is older than five years is gone, and nothing else.
  EXPECT_EQ(record.samples.front().start,
            std::chrono::ceil<days>(end + 50min - GrowthHistory::daysKept));
  const auto kept = static_cast<std::uint64_t>(
      hours + minutes + 50 -
      std::chrono::duration_cast<std::chrono::hours>(record.samples.front().start - start).count());
  EXPECT_NEAR(static_cast<double>(writesOf(record)), static_cast<double>(kept), 1);
  for (std::size_t i = 1; i < record.samples.size(); ++i) {
    const GrowthSample &before = record.samples[i - 1], &after = record.samples[i];
    EXPECT_LE(before.start + before.length, after.start);
    EXPECT_GE(before.length, after.length) << "the past is coarser";
    EXPECT_LT(before.storage.pages, after.storage.pages);
  }
}

TEST_F(History, ItsFileStaysBelowFourMegabytes) {
  GrowthUpdate full = updateAt(start);  // With as many digits as counts get.
  full.sample.work.writes = full.sample.work.reads = full.sample.work.statements = 999'999'999;
  for (DurationCounts* one : {&full.sample.work.statementTimes, &full.sample.work.lockWaits,
                              &full.sample.work.readWaits}) {
    one->counts.fill(9999);
    one->sum = 999'999s;
  }
  history_.add(full);
  Database::open(DatabaseUrl::fromSqlitePath(history_.path())).write([](UnitOfWork& unit) {
    unit.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6240) "
        "INSERT INTO samples SELECT start + i, seconds, pages, 0, 4096, 0, 9, work "
        "FROM samples, n");
  });
  EXPECT_LT(std::filesystem::file_size(history_.path()), 4'000'000U);
}

TEST_F(History, ALateWriterAddsToTheHourThatWasMade) {
  for (int minute = 0; minute < 60; ++minute)
    history_.add(updateAt(start + minute * 1min));
  history_.add(updateAt(start + 72h));
  history_.add(updateAt(start + 30min));
  history_.add(updateAt(start + 73h));
  const GrowthRecord record = history_.read();
  ASSERT_EQ(record.samples.size(), 3U);
  EXPECT_EQ(record.samples.front().length, 3600s);
  EXPECT_EQ(record.samples.front().work.writes, 61U);
}

TEST_F(History, SeveralProcessesAddToTheSame) {
  constexpr int processes = 4, updates = 25;
  for (int process = 0; process < processes; ++process) {
    if (::fork() != 0) continue;
    int tries = 0;
    for (int i = 0; i < updates && tries < 100 * updates; ++tries) {
      try {
        GrowthUpdate update = updateAt(start + i * 1s);
        update.users = {{static_cast<std::uint64_t>(100 + process), start + i * 1s}};
        history_.add(update);
        ++i;
      } catch (const Error&) {
        // A slow disk lets nobody through in time; as the monitor does, it is tried again.
      }
    }
    ::_exit(0);
  }
  for (int process = 0; process < processes; ++process) {
    int status = 0;
    ::wait(&status);
    EXPECT_EQ(status, 0);
  }
  const GrowthRecord record = history_.read();
  EXPECT_EQ(record.totals.writes, static_cast<std::uint64_t>(processes * updates));
  EXPECT_EQ(record.activeUsers, processes);
}

TEST_F(History, TheFileIsItsOwnersOnly) {
  const mode_t before = ::umask(0);
  history_.add(updateAt(start));
  ::umask(before);
  struct stat found {};
  ASSERT_EQ(::stat(history_.path().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
}

TEST_F(History, AnotherFormatIsLeftAlone) {
  history_.add(updateAt(start));
  Database::open(DatabaseUrl::fromSqlitePath(history_.path())).write([](UnitOfWork& unit) {
    unit.execute("UPDATE format SET version = 2");
  });
  EXPECT_THROW(history_.add(updateAt(start + 1min)), Error);
  EXPECT_THROW(history_.read(), Error);
  Database::open(DatabaseUrl::fromSqlitePath(history_.path())).write([](UnitOfWork& unit) {
    unit.execute("UPDATE format SET version = 1");
  });
  EXPECT_EQ(history_.read().totals.writes, 1U);
}

TEST_F(History, ALinkInItsPlaceIsNotFollowed) {
  const std::string elsewhere = folder_.file("elsewhere");
  std::filesystem::create_symlink(elsewhere, history_.path());
  EXPECT_THROW(history_.add(updateAt(start)), Error);
  EXPECT_FALSE(std::filesystem::exists(elsewhere));
}

TEST_F(History, NothingThatFailsReachesTheApplication) {
  auto metrics = std::make_shared<Metrics>();
  DatabaseOptions options;
  options.observer = metrics;
  Database database = Database::open(DatabaseUrl::fromSqlitePath(folder_.file("app.db")), options);
  database.write([](UnitOfWork& unit) { unit.execute("CREATE TABLE t(a)"); });
  std::ofstream(history_.path()) << std::string(5000, 'x');
  {
    GrowthMonitor monitor(database, metrics, {.interval = 0ms});
    EXPECT_FALSE(monitor.update());
    EXPECT_NE(monitor.lastError().find("repot-signals"), std::string::npos) << monitor.lastError();
    database.write([](UnitOfWork& unit) { unit.execute("INSERT INTO t VALUES (1)"); });
    std::filesystem::remove(history_.path());
    EXPECT_TRUE(monitor.update()) << monitor.lastError();
  }
  EXPECT_EQ(history_.read().totals.writes, 2U) << "what could not be written was kept";
  std::ifstream other(folder_.file("app.db"));
  EXPECT_TRUE(other.good());
}

TEST_F(History, SurvivesARestart) {
  for (int run = 0; run < 3; ++run) {
    auto metrics = std::make_shared<Metrics>();
    DatabaseOptions options;
    options.observer = metrics;
    Database database =
        Database::open(DatabaseUrl::fromSqlitePath(folder_.file("app.db")), options);
    GrowthMonitor monitor(database, metrics, {.interval = 1h});
    database.write([](UnitOfWork& unit) { unit.execute("CREATE TABLE IF NOT EXISTS t(a)"); });
  }
  EXPECT_EQ(history_.read().totals.writes, 3U);
}

TEST_F(History, ServersAndMemoryHaveNone) {
  EXPECT_FALSE(GrowthHistory::beside(DatabaseUrl::parse("sqlite://")));
  EXPECT_FALSE(GrowthHistory::beside(DatabaseUrl::parse("postgresql://host/db")));
  EXPECT_EQ(GrowthHistory::beside(DatabaseUrl::parse("sqlite:///a.db"))->path(),
            "a.db-repot-signals");
  auto metrics = std::make_shared<Metrics>();
  DatabaseOptions options;
  options.observer = metrics;
  GrowthMonitor monitor(Database::open("sqlite://", options), metrics);
  EXPECT_TRUE(monitor.update());
}

}  // namespace
}  // namespace repot
