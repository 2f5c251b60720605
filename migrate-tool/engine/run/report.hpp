// What a run did and proved: for machines as versioned JSON, for people as a table.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/load.hpp"
#include "engine/run/standbys.hpp"
#include "engine/run/timeline.hpp"
#include "engine/run/verify.hpp"

#include <repot/growth.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace repot::migrate {

struct PhaseTime {
  std::string name;
  double seconds = 0;
};

/// What a way back did to a table of the SQLite file.
struct TableRevert {
  std::int64_t kept = 0;
  std::int64_t written = 0;  ///< Rows that are new, or have new values.
  std::int64_t removed = 0;  ///< Rows that are gone, or had other values.
};

struct Report {
  static constexpr int formatVersion = 1;
  std::string command;  ///< "migrate", "verify" or "revert".
  std::string source;   ///< Without secrets.
  std::string target;
  std::string targetSchema;
  bool published = false;
  std::string quarantine;  ///< Name of its table; empty: there is none.
  std::string run;         ///< Names this run in the quarantine.
  bool sourceChanged =
      false;  ///< Written to after the snapshot; those writes are not in the target.
  /// Of a run that was stopped or lost its connection, and went on.
  struct Resumption {
    int attempt = 1;
    std::size_t kept = 0;             ///< Chunks that were there already.
    std::size_t renewed = 0;          ///< Chunks that were removed and copied anew.
    std::vector<std::string> tables;  ///< Of these.
  } resumption;
  /// Why the run ended before it was done; what is above and below is what was known by then.
  struct Failure {
    std::string stage;    ///< "source", "target", "refused" or "run".
    std::string message;  ///< Without secrets.
    std::string staging;  ///< Where what was loaded is kept, to go on from; empty: nowhere.
  };
  std::optional<Failure> failure;
  Timeline timeline;
  std::vector<GrowthSignal> signals;  ///< Why the source is left; of `migrate` only.
  std::vector<PhaseTime> phases;
  std::vector<TablePlan> tables;
  std::vector<TableLoad> loads;      ///< Empty for verify.
  std::vector<TableRevert> reverts;  ///< Of `revert` only.
  Verification verification;
  std::vector<Finding> findings;

  std::string verifiedOn;  ///< The standby that was read back; empty: the primary was.
  /// What is known of the primary's standbys, where the run was to wait for them.
  std::vector<Standby> standbys;
  bool standbysReached = true;  ///< As many as was wished have replayed the run in time.
  bool acknowledged = true;     ///< A synchronous standby has the last commit, or none was wanted.

  /// Done, but not yet where it was to be as well.
  bool lags() const { return !standbysReached || !acknowledged; }
  bool verified() const { return !failure && verification.equal(); }
  bool hasReported() const;
};

/// JSON of format version 1, see docs/formats/report.md.
std::string reportToJson(const Report& report);
/// A line per table (rows, bytes, time, verified), findings, differences, and the verdict.
std::string reportToText(const Report& report);
/// The same as a page that needs nothing but itself: the verdict, the phases and the speed over
/// time, the tables, every difference and finding, and the types with their reasons. `exit` is the
/// exit code of the command, and what it means.
std::string reportToHtml(const Report& report, const std::string& exit);
/// Findings as people read them, the gravest first.
std::string findingsToText(const std::vector<Finding>& findings);

}  // namespace repot::migrate
