// What a round of a sync found and did.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/report.hpp"
#include "engine/sync/capture.hpp"
#include "engine/sync/changes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace repot::migrate {

struct SyncTable {
  std::string source;
  std::string target;
  std::int64_t rows = 0;  ///< Of the source's snapshot.
  TableChange change;
};

struct SyncReport {
  static constexpr int formatVersion = 1;
  std::string source;  ///< Without secrets, as `target`.
  std::string target;
  std::string schema;
  std::string run;
  bool unchanged = false;  ///< The files told that nothing was written; nothing was read.
  bool dryRun = false;
  bool committed = false;
  std::vector<SyncTable> tables;
  std::vector<Finding> findings;
  std::vector<PhaseTime> phases;
  std::optional<CaptureReport> capture;  ///< Of --capture.
  /// What is not as the ledger says in a target that was looked at as a whole.
  std::vector<std::string> faults;

  TableChange sum() const;
  /// Somebody else changed rows of the target that would be changed.
  bool foreign() const;
};

/// JSON of format version 1, see docs/formats/sync-report.md.
std::string reportToJson(const SyncReport& report);
/// The same as a page; `exit` is the exit code of the command, and what it means.
std::string reportToHtml(const SyncReport& report, const std::string& exit);
/// A line for each table that changed, findings, and the verdict.
std::string reportToText(const SyncReport& report);

}  // namespace repot::migrate
