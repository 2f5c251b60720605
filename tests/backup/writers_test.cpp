// Backups while eight writers are at work: each is a state that was committed, and whole.
#include "support/repetitions.hpp"
#include "support/test_database.hpp"

#include <repot/backends.hpp>
#include <repot/backup.hpp>
#include <repot/database.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <thread>

namespace repot {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int writers = 8;

/// Each unit of work adds one row to its writer's own numbers, without gaps, and the same number to
/// a second table.
class Writers {
 public:
  explicit Writers(const DatabaseUrl& url) : database_(Database::open(url)) {
    database_.write([](UnitOfWork& work) {
      work.executeScript(
          "CREATE TABLE entry (writer INTEGER, number INTEGER, note TEXT, "
          "PRIMARY KEY (writer, number)) WITHOUT ROWID;"
          "CREATE TABLE total (writer INTEGER PRIMARY KEY, numbers INTEGER);");
    });
    for (int writer = 0; writer < writers; ++writer)
      threads_.emplace_back([this, writer](std::stop_token stop) { work(stop, writer); });
  }
  /// Of the units of work since the last call, the duration that 99 of 100 keep below.
  double percentile99() {
    const std::lock_guard lock(mutex_);
    std::vector<double> all;
    all.swap(milliseconds_);
    if (all.empty()) return 0;
    const auto place = all.begin() + static_cast<std::ptrdiff_t>(all.size() * 99 / 100);
    std::nth_element(all.begin(), place, all.end());
    return *place;
  }
  std::int64_t units() const { return units_; }

 private:
  void work(std::stop_token stop, int writer) {
    for (std::int64_t number = 1; !stop.stop_requested(); ++number) {
      const auto started = Clock::now();
      database_.write([&](UnitOfWork& unit) {
        unit.execute("INSERT INTO entry VALUES ($1, $2, $3)",
                     {Value(std::int64_t{writer}), Value(number), Value(std::string(200, 'n'))});
        unit.execute(
            "INSERT INTO total VALUES ($1, 1) ON CONFLICT (writer) DO UPDATE SET "
            "numbers = numbers + 1",
            {Value(std::int64_t{writer})});
      });
      const double took = std::chrono::duration<double, std::milli>(Clock::now() - started).count();
      {
        const std::lock_guard lock(mutex_);
        milliseconds_.push_back(took);
      }
      ++units_;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  Database database_;
  std::atomic<std::int64_t> units_ = 0;
  std::mutex mutex_;
  std::vector<double> milliseconds_;
  std::vector<std::jthread> threads_;
};

std::string valueIn(const std::string& file, const std::string& sql) {
  sqlite3* handle = nullptr;
  std::string value;
  sqlite3_open_v2(file.c_str(), &handle, SQLITE_OPEN_READONLY, nullptr);
  sqlite3_exec(
      handle, sql.c_str(),
      [](void* out, int, char** values, char**) {
        *static_cast<std::string*>(out) = values[0] == nullptr ? "" : values[0];
        return 0;
      },
      &value, nullptr);
  sqlite3_close(handle);
  return value;
}

/// So many backups of one database, which grows; the units of work that it saw.
std::int64_t backUpWhileWriting(int backupsWanted, double& alone, double& with) {
  const test::ScratchFolder folder;
  const DatabaseUrl url = DatabaseUrl::fromSqlitePath(folder.file("app.db"));
  const BackupFolder backups(folder.file("backups"));
  Writers work(url);
  std::this_thread::sleep_for(std::chrono::seconds(1));
  alone = std::max(alone, work.percentile99());
  std::int64_t before = 0;
  for (int round = 0; round < backupsWanted; ++round) {
    const std::int64_t units = work.units();
    const Backup taken = backups.take(url, {.retention = std::nullopt}).backup;
    const std::string copy = folder.file("restored" + std::to_string(round) + ".db");
    EXPECT_EQ(restoreBackup(taken, DatabaseUrl::fromSqlitePath(copy)), "");
    EXPECT_EQ(valueIn(copy, "PRAGMA integrity_check"), "ok");
    // A writer's numbers have no gap, and both tables tell the same.
    EXPECT_EQ(valueIn(copy,
                      "SELECT count(*) FROM (SELECT writer, count(*) AS n, max(number) AS m FROM "
                      "entry GROUP BY writer) LEFT JOIN total USING (writer) "
                      "WHERE n <> m OR n IS NOT numbers"),
              "0");
    const std::int64_t rows = std::stoll(valueIn(copy, "SELECT count(*) FROM entry"));
    EXPECT_GE(rows, units) << "what was committed before the backup began is in it";
    EXPECT_GE(rows, before);
    before = rows;
  }
  with = std::max(with, work.percentile99());
  return work.units();
}

TEST(BackupUnderWriters, eachIsACommittedPrefixAndRestores) {
  registerBackends();
  constexpr int backupsEach = 10;
  const int databases = test::repetitions(1);
  std::int64_t units = 0;
  double alone = 0, with = 0;
  for (int i = 0; i < databases && !HasFailure(); ++i)
    units += backUpWhileWriting(backupsEach, alone, with);
  EXPECT_GT(units, 0);
  std::printf(
      "%d backups under %d writers were whole; %lld units of work; of 100 units 99 took at "
      "most %.1f ms, without backups %.1f ms\n",
      databases * backupsEach, writers, static_cast<long long>(units), with, alone);
}

}  // namespace
}  // namespace repot
