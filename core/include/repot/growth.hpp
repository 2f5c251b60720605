// Growth signals: whether SQLite is outgrown. Moving to a server costs something for good, so it
// takes a reason, and each reason has a threshold. One judgement for the application's callback,
// `repot assess` and the gate of `repot migrate`.
#pragma once

#include <repot/storage_figures.hpp>
#include <repot/work_counts.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repot {

/// What an operator declares, and from where on a signal counts as reached. The names of
/// growthFields() are the same on the command line, in the history's file and in JSON.
struct GrowthSettings {
  double replicas = 0;  ///< Copies that other machines read.
  double regions = 1;   ///< Regions that the application runs in.
  double users = 0;     ///< At work at the same time; counted besides where the application tells.

  // SQLite does well far beyond; backups, VACUUM and schema changes get long here.
  double sizePrepare = 0.8e9, sizeAct = 1e9;  ///< Bytes in use, from there on.
  // What a person notices, and what makes one click again.
  double lockWaitPrepare = 0.1, lockWaitAct = 1;     ///< Seconds that 95 of 100 writes stay below.
  double busyErrorsPrepare = 1, busyErrorsAct = 10;  ///< An hour, from there on.
  double usersPrepare = 5, usersAct = 10;            ///< More than.
  double regionsAct = 1, replicasAct = 0;            ///< More than.
  double lookback = 24;                              ///< Hours of history that are judged.
};

/// One of GrowthSettings' fields, by its name.
struct GrowthField {
  enum class Unit { count, bytes, seconds, perHour, hours };
  std::string_view name;  ///< "size-act"
  std::string_view help;
  Unit unit;
  double GrowthSettings::*value;
};
std::span<const GrowthField> growthFields();

/// Both bounds belong to it.
struct GrowthRange {
  double least, most;
};
/// What a field of that unit may be.
GrowthRange growthRange(GrowthField::Unit unit) noexcept;

/// What was seen in some stretch of time; the history is made of these.
struct GrowthSample {
  std::chrono::sys_seconds start{};
  std::chrono::seconds length{60};
  StorageFigures storage;  ///< At its end.
  std::int64_t users = 0;  ///< Most that were active at the same time.
  WorkCounts work;
};

/// One reason to move, judged.
struct GrowthSignal {
  /// What the signal says of the move.
  enum class Level {
    none,     ///< SQLite does it well.
    prepare,  ///< The time to move is near.
    act,      ///< It has come.
  };
  std::string name;      ///< "size", "lock-waits", "busy-errors", "users", "regions", "replicas".
  std::string measured;  ///< "1.2 GB in use".
  std::string limits;    ///< "prepare from 0.80 GB, act from 1.00 GB".
  Level level = Level::none;
  double value = 0;  ///< Bytes, seconds, errors an hour, or a number of them.
  std::optional<double> prepare;
  double act = 0;
  std::string trend;     ///< "grows by 12 MB a day", "rising, 20 ms the day before"; or empty.
  std::string evidence;  ///< What the value was taken from.
  std::optional<double> perDay;                   ///< By the trend; of "size" only.
  std::optional<std::chrono::sys_seconds> actAt;  ///< When the trend reaches `act`; of "size".
};

/// The level's word: "not reached", "prepare", "act".
std::string_view toString(GrowthSignal::Level level) noexcept;

/// All signals, reached or not, in a fixed order. `history` is in the order of time and may be
/// empty. Pure.
std::vector<GrowthSignal> growthSignals(const StorageFigures& storage,
                                        const std::vector<GrowthSample>& history,
                                        const GrowthSettings& settings,
                                        std::chrono::sys_seconds now);

/// The highest level of all.
GrowthSignal::Level highestLevel(const std::vector<GrowthSignal>& signals) noexcept;

/// Bytes in use a day, by the median of the slopes between all pairs of days, which a VACUUM or an
/// import does not throw off; nothing where the history spans less than six hours.
std::optional<double> sizeTrend(const std::vector<GrowthSample>& history);

}  // namespace repot
