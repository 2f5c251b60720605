// The judgement on one SQLite file: its growth signals out of the file, the history beside it and
// what its operator declares. `repot assess` prints it, the gate of `repot migrate` goes by it.
#pragma once

#include "engine/signals/estimate.hpp"

#include <repot/growth.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace repot::migrate {

struct AssessOptions {
  /// Before what the application left in the history, which goes before the defaults.
  std::vector<std::pair<double GrowthSettings::*, double>> given;
  std::chrono::sys_seconds now =
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  /// Where the file cannot be read in place, as a writer left it half done, reads a private copy.
  bool copySource = false;
};

struct Assessment {
  static constexpr int formatVersion = 1;
  std::string source;  ///< Its path.
  std::chrono::sys_seconds at{};
  GrowthSettings settings;
  StorageFigures storage;
  std::vector<GrowthSample> history;
  WorkCounts totals;             ///< Of all processes since the history began.
  std::int64_t activeUsers = 0;  ///< As the history's last sample says.
  std::string historyNote;       ///< Why there is no history; empty where there is one.
  std::vector<GrowthSignal> signals;
  std::optional<MoveEstimate> estimate;  ///< Where it was asked for.

  GrowthSignal::Level verdict() const noexcept { return highestLevel(signals); }
};

/// Reads the file's size and its history; never a table. Throws Error for a file that cannot be
/// read. A history that cannot be read is a note.
Assessment assess(const std::string& sourcePath, const AssessOptions& options = {});

/// "stay", "prepare", "move now".
std::string_view verdictText(GrowthSignal::Level level) noexcept;
std::string verdictReason(GrowthSignal::Level level);
/// What VACUUM would give back, where that is much; else empty.
std::string freePagesText(const Assessment& assessment);
/// The command that follows from the verdict; `target` may be empty.
std::string nextCommand(const Assessment& assessment, const std::string& target);

/// A line per signal, and what the free pages mean where they matter.
std::string signalsToText(const Assessment& assessment);
/// All of it for people.
std::string assessmentToText(const Assessment& assessment, const std::string& target);
/// JSON of format version 1, see docs/formats/assessment.md.
std::string assessmentToJson(const Assessment& assessment, const std::string& target);
/// A self-contained page, with the history as charts.
std::string assessmentToHtml(const Assessment& assessment, const std::string& target);

}  // namespace repot::migrate
