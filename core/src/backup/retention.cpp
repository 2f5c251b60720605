// Which backups are kept: a pure function of dates, so that years of them can be tried in a test.
#include "repot/backup.hpp"

#include <algorithm>
#include <numeric>

namespace repot {
namespace {

using Time = std::chrono::system_clock::time_point;
using Days = std::chrono::sys_days;

std::int64_t dayOf(Time time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

std::int64_t weekOf(Time time) {
  // The first of January 1970 was a Thursday: three days earlier a week began.
  const std::int64_t days = dayOf(time) + 3;
  return days >= 0 ? days / 7 : (days - 6) / 7;
}

std::int64_t monthOf(Time time) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
  return static_cast<int>(date.year()) * std::int64_t{12} + static_cast<unsigned>(date.month());
}

}  // namespace

std::vector<bool> keptBackups(std::span<const BackupMoment> backups, const BackupRetention& rule,
                              Time now) {
  std::vector<std::size_t> newestFirst(backups.size());
  std::iota(newestFirst.begin(), newestFirst.end(), std::size_t{0});
  std::stable_sort(newestFirst.begin(), newestFirst.end(), [&](std::size_t a, std::size_t b) {
    return backups[a].takenAt > backups[b].takenAt;
  });
  std::vector<bool> kept(backups.size(), false);
  const auto keepEach = [&](int most, auto periodOf) {
    std::optional<std::int64_t> last;
    for (const std::size_t index : newestFirst) {
      const BackupMoment& backup = backups[index];
      if (!backup.sound || backup.takenAt > now) continue;
      const std::int64_t period = periodOf(backup.takenAt);
      if (period == last) continue;
      if (most-- <= 0) return;
      last = period;
      kept[index] = true;
    }
  };
  keepEach(rule.daily, dayOf);
  keepEach(rule.weekly, weekOf);
  keepEach(rule.monthly, monthOf);
  keepEach(1, [](Time) { return std::int64_t{0}; });
  bool soundIsNewer = false;
  for (const std::size_t index : newestFirst) {
    const BackupMoment& backup = backups[index];
    if (backup.takenAt > now || (!backup.sound && !soundIsNewer)) kept[index] = true;
    soundIsNewer = soundIsNewer || (backup.sound && backup.takenAt <= now);
  }
  return kept;
}

}  // namespace repot
