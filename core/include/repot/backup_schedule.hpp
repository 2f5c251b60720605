// Backups every day from within the application, for those that have no cron or systemd timer.
#pragma once

#include <repot/backup.hpp>
#include <repot/error.hpp>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace repot {

/// When a daily backup is due: at once, where the last moment of the schedule has passed without
/// one, else at the next. `at` is counted from midnight, local time; a time of day that a change of
/// the clocks leaves out is moved by it. `last` after `now`, from a clock that was wrong, counts as
/// none. Pure but for the time zone of the process.
std::chrono::system_clock::time_point nextBackupAt(
    std::chrono::system_clock::time_point now,
    std::optional<std::chrono::system_clock::time_point> last, std::chrono::minutes at);

/// When backups are taken, and who is told.
struct BackupScheduleOptions {
  /// Time of day, local. Before midnight, so that a day's backup has all of that day.
  std::chrono::minutes at = std::chrono::hours(23) + std::chrono::minutes(30);
  /// After a failure it is tried again so much later.
  std::chrono::minutes retryAfter{15};
  BackupOptions backup;
  /// Called in the schedule's thread; what they throw is ignored.
  std::function<void(const TakenBackup&)> onTaken;
  std::function<void(const Error&)> onFailure;
};

/// Takes a backup a day in a thread of its own, for as long as it lives; a day that was missed is
/// made up for at the start. What is in the folder tells which was the last, so that several
/// processes with the same schedule take one backup and not several. Thread-safe.
class BackupSchedule {
 public:
  /// Begins at once, with a backup where one was missed.
  BackupSchedule(DatabaseUrl database, BackupFolder folder, BackupScheduleOptions options = {});
  /// Stops; a backup that is being taken is given up.
  ~BackupSchedule();
  BackupSchedule(const BackupSchedule&) = delete;
  BackupSchedule& operator=(const BackupSchedule&) = delete;

 private:
  void run(std::stop_token stop);
  /// Takes one where it is due; how long to wait for the next look.
  std::chrono::system_clock::duration step(std::stop_token stop);
  std::optional<std::chrono::system_clock::time_point> lastTaken() const;

  DatabaseUrl database_;
  BackupFolder folder_;
  BackupScheduleOptions options_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  ///< Last: it uses all the others.
};

}  // namespace repot
