// repot cutover: the move itself – synchronise until little is left, keep writers out, synchronise
// the rest, fence the file off and flip the switch. docs/moving-live.md is the guide,
// docs/decisions/0011-cutover.md tells what holds whenever it is killed.
#pragma once

#include "engine/cutover/flip.hpp"
#include "engine/run/progress.hpp"
#include "engine/sync/sync.hpp"

#include <repot/url.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace repot::migrate {

struct CutoverOptions {
  SyncOptions sync;
  FlipOptions flip;
  std::int64_t rowsLeft = 1000;  ///< Writers are kept out once a round changed no more than that,
  int roundsMax = 20;            ///< or refused after so many rounds.
  std::chrono::milliseconds patience{30'000};  ///< To get the lock among the writers.
  /// For the last sync, with writers kept out; else they go on, and nothing has moved.
  std::chrono::milliseconds downtimeMax{10'000};
};

struct CutoverReport {
  static constexpr int formatVersion = 1;
  std::string source;  ///< Without secrets, as `target`.
  std::string target;
  std::string schema;
  std::string run;
  bool moved = false;               ///< The application is on the target.
  bool before = false;              ///< It was already, before this command.
  bool wentOn = false;              ///< With a cutover that was killed behind its fence.
  bool undone = false;              ///< Of undoCutover(): the application is on SQLite.
  double downtimeSeconds = 0;       ///< From the lock until the application may go on.
  std::vector<SyncReport> rounds;   ///< The last with writers kept out.
  std::vector<std::string> faults;  ///< Why it was given up: the target is not as it should be.
  std::vector<std::string> flips;   ///< What was done to lead the application there.
};

/// JSON of format version 1, see docs/formats/cutover-report.md.
std::string reportToJson(const CutoverReport& report);
std::string reportToText(const CutoverReport& report);
/// `exit`: the exit code of the command, and what it means.
std::string reportToHtml(const CutoverReport& report, const std::string& exit);

/// Throws StageError; the application is then on SQLite as before, without a fence – unless an
/// earlier cutover was killed behind its fence: that stays. The same where the report is not
/// `moved`.
CutoverReport cutover(const std::string& sourcePath, const DatabaseUrl& target,
                      const CutoverOptions& options, Progress& progress);

/// Takes the fence away, and what the flip had changed back; only where nothing was written to the
/// target since. Throws StageError.
CutoverReport undoCutover(const std::string& sourcePath, const DatabaseUrl& target,
                          const CutoverOptions& options, Progress& progress);

}  // namespace repot::migrate
