// repot rehearse: the whole move – plan, load, verify, a sync, a cutover – of a private copy of the
// source into a server or a schema that is gone afterwards. docs/rehearsal.md is the guide.
#pragma once

#include "engine/plan_options.hpp"
#include "engine/run/progress.hpp"
#include "engine/run/report.hpp"

#include <repot/url.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace repot::migrate {

struct RehearseOptions {
  PlanOptions plan;
  std::size_t jobs = 2;
  std::string folder;  ///< Where the copy and the server go; empty: $TMPDIR or /tmp.
};

struct RehearsalReport {
  static constexpr int formatVersion = 1;
  std::string source;
  std::string target;  ///< Safe to print; empty: a server that was made for it.
  std::string serverVersion;
  std::int64_t sourceBytes = 0;
  std::int64_t targetBytes = 0;  ///< Of tables and indexes there.
  std::int64_t rows = 0;
  std::int64_t tables = 0;
  /// In the order of a move: "plan", "create", "load", "objects", "verify", "publish", "sync",
  /// "cutover".
  std::vector<PhaseTime> stages;
  std::string changedTable;  ///< Of the changes that were synchronised; empty: there were none.
  std::int64_t changedRows = 0;
  double migrateSeconds = 0;
  double syncSeconds = 0;
  double downtimeSeconds = 0;        ///< That writers would wait in a cutover.
  bool equal = false;                ///< Every row arrived, and the cutover ended.
  std::vector<std::string> faults;   ///< Why not.
  std::vector<Finding> findings;     ///< As of a migration.
  std::vector<std::string> refusal;  ///< Why the migration would be refused as it is.

  bool refused() const { return !refusal.empty(); }
  bool hasReported() const;
};

/// `target`: a schema is made and dropped in it; else a server of its own is started on this
/// machine. The source is only read. Whatever happens, nothing is left behind. Throws StageError.
RehearsalReport rehearse(const std::string& sourcePath, const std::optional<DatabaseUrl>& target,
                         const RehearseOptions& options, Progress& progress);

/// JSON of format version 1, see docs/formats/rehearsal-report.md.
std::string reportToJson(const RehearsalReport& report);
std::string reportToText(const RehearsalReport& report);
std::string reportToHtml(const RehearsalReport& report, const std::string& exit);

}  // namespace repot::migrate
