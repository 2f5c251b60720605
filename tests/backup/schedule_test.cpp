// When a daily backup is due, and the thread that takes it.
#include "support/test_database.hpp"

#include <repot/backends.hpp>
#include <repot/backup_schedule.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <future>

namespace repot {
namespace {

using namespace std::chrono;
using Time = system_clock::time_point;

class Zone {
 public:
  explicit Zone(const char* name) {
    ::setenv("TZ", name, 1);
    ::tzset();
  }
  ~Zone() {
    ::unsetenv("TZ");
    ::tzset();
  }
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;
};

Time utc(int month, int day, hours hour, minutes minute = 0min) {
  return sys_days(year(2025) / month / day) + hour + minute;
}

constexpr minutes at = 23h + 30min;

TEST(Schedule, isDueAtItsTimeEachDay) {
  const Zone zone("UTC");
  EXPECT_EQ(nextBackupAt(utc(3, 1, 12h), utc(2, 28, 23h, 31min), at), utc(3, 1, 23h, 30min));
  EXPECT_EQ(nextBackupAt(utc(3, 1, 23h, 30min), utc(2, 28, 23h, 31min), at), utc(3, 1, 23h, 30min));
  EXPECT_EQ(nextBackupAt(utc(3, 1, 23h, 40min), utc(3, 1, 23h, 31min), at), utc(3, 2, 23h, 30min));
}

TEST(Schedule, makesUpForWhatWasMissed) {
  const Zone zone("UTC");
  const Time now = utc(3, 5, 8h);
  EXPECT_EQ(nextBackupAt(now, std::nullopt, at), now);
  EXPECT_EQ(nextBackupAt(now, utc(3, 3, 23h, 30min), at), now);
  EXPECT_EQ(nextBackupAt(now, utc(3, 4, 23h, 30min), at), utc(3, 5, 23h, 30min));
  EXPECT_EQ(nextBackupAt(now, utc(9, 1, 1h), at), now) << "a date in the future is none";
}

TEST(Schedule, keepsLocalTimeOverAChangeOfTheClocks) {
  const Zone zone("CET-1CEST,M3.5.0,M10.5.0/3");  // Summer time from 2025-03-30 02:00.
  EXPECT_EQ(nextBackupAt(utc(3, 29, 12h), utc(3, 29, 11h), at), utc(3, 29, 22h, 30min));
  EXPECT_EQ(nextBackupAt(utc(3, 30, 12h), utc(3, 30, 11h), at), utc(3, 30, 21h, 30min));
}

TEST(Schedule, threadTakesOneAndThenWaits) {
  registerBackends();
  const test::ScratchFolder folder;
  const std::string file = folder.file("app.db");
  test::runSqlite(file, "CREATE TABLE t(a); INSERT INTO t VALUES (1)");
  std::atomic<int> taken = 0, failures = 0;
  std::promise<void> first;
  BackupScheduleOptions options;
  options.onTaken = [&](const TakenBackup&) {
    if (++taken == 1) first.set_value();
  };
  options.onFailure = [&](const Error& error) {
    ++failures;
    ADD_FAILURE() << error.what();
  };
  {
    const BackupSchedule one(DatabaseUrl::fromSqlitePath(file), BackupFolder(folder.file("b")),
                             options);
    ASSERT_EQ(first.get_future().wait_for(30s), std::future_status::ready);
    // A second process with the same schedule finds that there is one.
    const BackupSchedule two(DatabaseUrl::fromSqlitePath(file), BackupFolder(folder.file("b")),
                             options);
    std::this_thread::sleep_for(300ms);
  }
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(BackupFolder(folder.file("b")).list().size(), 1U);
}

TEST(Schedule, failureIsTold) {
  registerBackends();
  const test::ScratchFolder folder;
  std::promise<std::string> told;
  BackupScheduleOptions options;
  options.onFailure = [&](const Error& error) { told.set_value(error.what()); };
  const BackupSchedule schedule(DatabaseUrl::fromSqlitePath(folder.file("missing.db")),
                                BackupFolder(folder.file("b")), options);
  auto failure = told.get_future();
  ASSERT_EQ(failure.wait_for(30s), std::future_status::ready);
  EXPECT_NE(failure.get().find("missing.db"), std::string::npos);
}

}  // namespace
}  // namespace repot
