// The limits of the signals and their words; see growth.hpp.
#include "repot/figures_text.hpp"
#include "repot/growth.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace repot {
namespace {

using Level = GrowthSignal::Level;
using Unit = GrowthField::Unit;
using std::chrono::sys_seconds;

constexpr auto fields = std::to_array<GrowthField>({
    {"replicas", "Copies that other machines will read", Unit::count, &GrowthSettings::replicas},
    {"regions", "Regions that the application will run in", Unit::count, &GrowthSettings::regions},
    {"users", "Users at work at the same time", Unit::count, &GrowthSettings::users},
    {"size-prepare", "Prepare from this size in use", Unit::bytes, &GrowthSettings::sizePrepare},
    {"size-act", "Move from this size in use", Unit::bytes, &GrowthSettings::sizeAct},
    {"lock-wait-prepare", "Prepare where 5 of 100 writes wait as long for the lock", Unit::seconds,
     &GrowthSettings::lockWaitPrepare},
    {"lock-wait-act", "Move where 5 of 100 writes wait as long for the lock", Unit::seconds,
     &GrowthSettings::lockWaitAct},
    {"busy-errors-prepare", "Prepare from so many busy errors an hour", Unit::perHour,
     &GrowthSettings::busyErrorsPrepare},
    {"busy-errors-act", "Move from so many busy errors an hour", Unit::perHour,
     &GrowthSettings::busyErrorsAct},
    {"users-prepare", "Prepare above so many users at the same time", Unit::count,
     &GrowthSettings::usersPrepare},
    {"users-act", "Move above so many users at the same time", Unit::count,
     &GrowthSettings::usersAct},
    {"regions-act", "Move above so many regions", Unit::count, &GrowthSettings::regionsAct},
    {"replicas-act", "Move above so many replicas", Unit::count, &GrowthSettings::replicasAct},
    {"lookback", "Hours of the history that are judged", Unit::hours, &GrowthSettings::lookback},
});

/// Fewer writes than these are chance, not evidence.
constexpr std::uint64_t leastWrites = 100;
constexpr std::chrono::milliseconds noticeableWait{10};

/// The samples of one stretch of time, added up.
struct Stretch {
  WorkCounts work;
  std::int64_t users = 0;
  sys_seconds usersAt{};
  double hours = 0;  ///< That the history covers of it.
};

/// Samples that reach into the time from `from` to `to`, both included.
Stretch stretchOf(const std::vector<GrowthSample>& history, sys_seconds from, sys_seconds to) {
  Stretch stretch;
  std::optional<sys_seconds> first;
  for (const GrowthSample& sample : history) {
    if (sample.start + sample.length <= from || sample.start > to) continue;
    if (!first) first = std::max(sample.start, from);
    stretch.work += sample.work;
    if (sample.users > stretch.users) {
      stretch.users = sample.users;
      stretch.usersAt = sample.start;
    }
  }
  if (first) stretch.hours = std::chrono::duration<double, std::ratio<3600>>(to - *first).count();
  return stretch;
}

std::string change(double now, double before, const std::string& beforeText) {
  if (now > before * 1.2) return "rising, " + beforeText + " in the period before";
  if (now < before * 0.8) return "falling, " + beforeText + " in the period before";
  return "steady";
}

Level from(double value, double prepare, double act) {
  return value >= act ? Level::act : value >= prepare ? Level::prepare : Level::none;
}
Level above(double value, double prepare, double act) {
  return value > act ? Level::act : value > prepare ? Level::prepare : Level::none;
}

GrowthSignal sizeSignal(const StorageFigures& storage, const std::vector<GrowthSample>& history,
                        const GrowthSettings& settings, sys_seconds now) {
  // Free pages are no reason to move: VACUUM gives them back.
  const auto used = static_cast<double>(storage.usedBytes());
  GrowthSignal signal;
  signal.name = "size";
  signal.measured = bytesText(used) + " in use";
  signal.limits = "prepare from " + bytesText(settings.sizePrepare) + ", act from " +
                  bytesText(settings.sizeAct);
  signal.level = from(used, settings.sizePrepare, settings.sizeAct);
  signal.value = used;
  signal.prepare = settings.sizePrepare;
  signal.act = settings.sizeAct;
  signal.evidence = std::to_string(storage.pages) + " pages of " +
                    std::to_string(storage.pageBytes) + " bytes, " +
                    std::to_string(storage.freePages) + " of them free; -wal " +
                    bytesText(static_cast<double>(storage.walBytes));
  signal.perDay = sizeTrend(history);
  if (!signal.perDay) return signal;
  const double perDay = *signal.perDay;
  signal.trend = perDay > 0   ? "grows by " + bytesText(perDay) + " a day"
                 : perDay < 0 ? "shrinks by " + bytesText(-perDay) + " a day"
                              : "steady";
  const double days = perDay > 0 ? (settings.sizeAct - used) / perDay : -1;
  constexpr double farthest = 3650;  // What lies behind ten years is no forecast.
  if (days > 0 && days < farthest) {
    signal.actAt = now + std::chrono::seconds(static_cast<std::int64_t>(days * 86'400));
    signal.trend += ", " + bytesText(settings.sizeAct) + " on " + dateText(*signal.actAt);
  }
  return signal;
}

GrowthSignal lockWaitSignal(const Stretch& now, const Stretch& before,
                            const GrowthSettings& settings) {
  const DurationCounts& waits = now.work.lockWaits;
  const std::uint64_t writes = waits.total();
  const auto seconds = [](const DurationCounts& counts) {
    // Nobody waited at all in the bucket that begins at zero.
    const auto wait = counts.quantile(0.95);
    return wait.count() <= DurationCounts::bounds.front()
               ? 0.0
               : std::chrono::duration<double>(wait).count();
  };
  GrowthSignal signal;
  signal.name = "lock-waits";
  signal.value = seconds(waits);
  signal.prepare = settings.lockWaitPrepare;
  signal.act = settings.lockWaitAct;
  signal.limits = "prepare from " + secondsText(settings.lockWaitPrepare) + ", act from " +
                  secondsText(settings.lockWaitAct);
  if (writes == 0) {
    signal.measured = "not known";
    signal.evidence = "no writes in the history";
    return signal;
  }
  signal.measured = secondsText(signal.value) + " (p95)";
  const std::uint64_t waited = waits.above(noticeableWait);
  signal.evidence =
      std::to_string(waited) + " of " + std::to_string(writes) + " writes waited longer than 10 ms";
  if (writes < leastWrites) {
    signal.evidence += "; fewer than " + std::to_string(leastWrites) + " writes are no evidence";
  } else {
    signal.level = from(signal.value, settings.lockWaitPrepare, settings.lockWaitAct);
  }
  if (before.work.lockWaits.total() >= leastWrites) {
    const double earlier = seconds(before.work.lockWaits);
    signal.trend = change(signal.value, earlier, secondsText(earlier));
  }
  return signal;
}

GrowthSignal busySignal(const Stretch& now, const Stretch& before, const GrowthSettings& settings) {
  // An error in the first minute of a history is not sixty an hour.
  const auto rate = [](const Stretch& stretch) {
    return static_cast<double>(stretch.work.busyErrors) / std::max(stretch.hours, 1.0);
  };
  GrowthSignal signal;
  signal.name = "busy-errors";
  signal.value = rate(now);
  signal.prepare = settings.busyErrorsPrepare;
  signal.act = settings.busyErrorsAct;
  signal.limits = "prepare from " + plainText(settings.busyErrorsPrepare) + ", act from " +
                  plainText(settings.busyErrorsAct);
  signal.measured = now.hours > 0 ? plainText(signal.value) + " an hour" : "not known";
  signal.level = from(signal.value, settings.busyErrorsPrepare, settings.busyErrorsAct);
  signal.evidence = now.hours > 0 ? std::to_string(now.work.busyErrors) + " in " +
                                        secondsText(now.hours * 3600) + ", " +
                                        std::to_string(now.work.retries) + " units run again"
                                  : "no history";
  if (before.hours > 0) {
    signal.trend = change(signal.value, rate(before), plainText(rate(before)) + " an hour");
  }
  return signal;
}

GrowthSignal usersSignal(const Stretch& now, const Stretch& before,
                         const GrowthSettings& settings) {
  const auto counted = static_cast<double>(now.users);
  GrowthSignal signal;
  signal.name = "users";
  signal.value = std::max(settings.users, counted);
  signal.prepare = settings.usersPrepare;
  signal.act = settings.usersAct;
  signal.limits = "prepare above " + plainText(settings.usersPrepare) + ", act above " +
                  plainText(settings.usersAct);
  signal.measured = signal.value == 0 ? "not said" : plainText(signal.value) + " at the same time";
  signal.level = above(signal.value, settings.usersPrepare, settings.usersAct);
  signal.evidence = now.users == 0 ? "no units of work with a user in the history"
                                   : plainText(counted) + " counted at " + timeText(now.usersAt);
  if (settings.users > 0) signal.evidence += "; " + plainText(settings.users) + " declared";
  if (before.users > 0) {
    const auto earlier = static_cast<double>(before.users);
    signal.trend = change(counted, earlier, plainText(earlier));
  }
  return signal;
}

/// Who sets only the limit to act below the usual one to prepare means the latter too.
GrowthSettings consistent(GrowthSettings settings) {
  settings.sizePrepare = std::min(settings.sizePrepare, settings.sizeAct);
  settings.lockWaitPrepare = std::min(settings.lockWaitPrepare, settings.lockWaitAct);
  settings.busyErrorsPrepare = std::min(settings.busyErrorsPrepare, settings.busyErrorsAct);
  settings.usersPrepare = std::min(settings.usersPrepare, settings.usersAct);
  return settings;
}

GrowthSignal declaredSignal(std::string name, double value, double act) {
  GrowthSignal signal;
  signal.name = std::move(name);
  signal.measured = plainText(value);
  signal.limits = "act above " + plainText(act);
  signal.level = above(value, act, act);
  signal.value = value;
  signal.act = act;
  signal.evidence = "declared";
  return signal;
}

}  // namespace

GrowthRange growthRange(Unit unit) noexcept {
  switch (unit) {
    case Unit::bytes:
      return {0, 1e18};
    case Unit::seconds:
      return {0, 86'400};
    case Unit::hours:
      return {1, 24.0 * 366};
    default:
      return {0, 1e9};
  }
}

std::span<const GrowthField> growthFields() {
  return fields;
}

std::string_view toString(Level level) noexcept {
  switch (level) {
    case Level::none:
      return "not reached";
    case Level::prepare:
      return "prepare";
    case Level::act:
      return "act";
  }
  return "";
}

std::vector<GrowthSignal> growthSignals(const StorageFigures& storage,
                                        const std::vector<GrowthSample>& history,
                                        const GrowthSettings& given, sys_seconds now) {
  const GrowthSettings settings = consistent(given);
  const std::chrono::seconds lookback(static_cast<std::int64_t>(settings.lookback * 3600));
  const Stretch current = stretchOf(history, now - lookback, now);
  const Stretch before =
      stretchOf(history, now - 2 * lookback, now - lookback - std::chrono::seconds(1));
  return {sizeSignal(storage, history, settings, now),
          lockWaitSignal(current, before, settings),
          busySignal(current, before, settings),
          usersSignal(current, before, settings),
          declaredSignal("regions", settings.regions, settings.regionsAct),
          declaredSignal("replicas", settings.replicas, settings.replicasAct)};
}

Level highestLevel(const std::vector<GrowthSignal>& signals) noexcept {
  Level level = Level::none;
  for (const GrowthSignal& signal : signals)
    level = std::max(level, signal.level);
  return level;
}

}  // namespace repot
