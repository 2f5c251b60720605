// See backup_schedule.hpp.
#include "backup/files.hpp"
#include "repot/backup_schedule.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

namespace repot {
namespace {

using Clock = std::chrono::system_clock;

/// The moment of that time of day, so many days after the day of `now`.
Clock::time_point onDay(Clock::time_point now, int days, std::chrono::minutes at) {
  const std::time_t seconds = Clock::to_time_t(now);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  parts.tm_mday += days;
  parts.tm_hour = 0;
  parts.tm_min = static_cast<int>(at.count());
  parts.tm_sec = 0;
  parts.tm_isdst = -1;
  return Clock::from_time_t(std::mktime(&parts));
}

}  // namespace

Clock::time_point nextBackupAt(Clock::time_point now, std::optional<Clock::time_point> last,
                               std::chrono::minutes at) {
  const Clock::time_point today = onDay(now, 0, at);
  const Clock::time_point passed = today <= now ? today : onDay(now, -1, at);
  if (!last || *last > now || *last < passed) return now;
  return today > now ? today : onDay(now, 1, at);
}

BackupSchedule::BackupSchedule(DatabaseUrl database, BackupFolder folder,
                               BackupScheduleOptions options)
    : database_(std::move(database)),
      folder_(std::move(folder)),
      options_(std::move(options)),
      thread_([this](std::stop_token stop) { run(std::move(stop)); }) {}

BackupSchedule::~BackupSchedule() = default;

std::optional<Clock::time_point> BackupSchedule::lastTaken() const {
  if (!std::filesystem::is_directory(folder_.path())) return std::nullopt;
  const std::string identity = backupIdentity(database_);
  std::optional<Clock::time_point> last;
  for (const Backup& one : folder_.list()) {
    if (one.database == identity && one.damage.empty() && one.takenAt <= options_.backup.now())
      last = std::max(last.value_or(one.takenAt), one.takenAt);
  }
  return last;
}

Clock::duration BackupSchedule::step(std::stop_token stop) {
  // Short, as a clock that is set, or a machine that slept, moves the time.
  constexpr std::chrono::minutes look{1};
  const auto notify = [](const auto& function, const auto& what) {
    try {
      if (function) function(what);
    } catch (...) {
    }
  };
  try {
    const Clock::time_point now = options_.backup.now();
    const Clock::time_point due = nextBackupAt(now, lastTaken(), options_.at);
    if (due > now) return std::min<Clock::duration>(due - now, look);
    BackupOptions options = options_.backup;
    options.observer = [&](const CopyProgress& progress) {
      return !stop.stop_requested() &&
             (!options_.backup.observer || options_.backup.observer(progress));
    };
    notify(options_.onTaken, folder_.take(database_, options));
    return Clock::duration::zero();
  } catch (const Error& error) {
    if (stop.stop_requested()) return look;
    if (error.kind() == ErrorKind::busy) return look;  // Another process takes it.
    notify(options_.onFailure, error);
  } catch (const std::exception& error) {
    notify(options_.onFailure, Error(ErrorKind::internal, error.what()));
  }
  return options_.retryAfter;
}

void BackupSchedule::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const Clock::duration pause = step(stop);
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, pause, [] { return false; });
  }
}

}  // namespace repot
