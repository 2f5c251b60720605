// The migration from beginning to end: open → plan → check → create → load → finish → verify →
// publish.
#pragma once

#include "engine/plan.hpp"
#include "engine/plan_options.hpp"
#include "engine/run/finish.hpp"
#include "engine/run/ledger.hpp"
#include "engine/run/load.hpp"
#include "engine/run/pairing.hpp"
#include "engine/run/progress.hpp"
#include "engine/run/report.hpp"
#include "engine/run/standbys.hpp"

#include <repot/url.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace repot::migrate {

/// Where a run failed, and so what an exit code can say about it.
enum class Stage { source, target, refused, run };
std::string_view toString(Stage stage) noexcept;

/// An error with the stage in which it happened.
struct StageError {
  Stage stage;
  Error error;
  std::string staging = {};  ///< Where what was loaded is kept, to go on from; empty: nowhere.
  /// What was known by then, with the failure in it; null where it failed before it began.
  std::shared_ptr<const Report> report = {};
};

struct MigrateOptions {
  PlanOptions plan;
  LoadOptions load;
  VerifyOptions verify;
  PairOptions pairing;   ///< Of verify() and fill(), which meet a target that exists.
  std::size_t jobs = 0;  ///< Streams; 0: as many as bring something, which is measured.
  bool skipUntranslatable = false;
  bool copySource = false;  ///< Reads a private copy; see SourceOptions::privateCopy.
  /// A run that was finished already is verified again, in place of being refused.
  bool resume = false;
  bool keepOnFailure = true;  ///< What a run loaded that can go on later.
  /// How long a lost target is waited for.
  std::chrono::milliseconds reconnectFor{60'000};
  /// How long an answer is waited for of a server that does nothing for it.
  std::chrono::milliseconds silentAfter{30'000};
  /// Of migrate() and fill(): the standbys that are to have replayed it before it counts as done.
  StandbyWish standbys;
  /// How long a standby is waited for that has something still to replay.
  std::chrono::milliseconds standbyPatience{300'000};
  /// Of migrate(): a standby of the target, on which what was loaded is read back.
  std::optional<DatabaseUrl> verifyOn;
  /// A saved plan to be carried out in place of a new one; refused where the source's schema
  /// changed.
  std::optional<Plan> savedPlan;
};

/// Waits for the standbys that are wished, and notes in `report` how far they are. Of a run whose
/// rows are published; what fails by now is a finding.
void awaitStandbysInto(Report& report, Control& control, const MigrateOptions& options,
                       Progress& progress);

/// Streams of what is not measured.
std::size_t streamsOf(const MigrateOptions& options);

/// Moves `sourcePath` into `target`. The source is only read. What is loaded becomes visible in the
/// target by one transaction at the end, after it was verified; a report that is not verified() was
/// not published. A run that was stopped is gone on with. Throws StageError; the target is then as
/// it was before, but for what the run keeps out of sight.
Report migrate(const std::string& sourcePath, const DatabaseUrl& target,
               const MigrateOptions& options, Progress& progress);

/// Removes what a migration into `schema` that was stopped has left in the target. Nothing: there
/// is none. Throws StageError, also where that run is still at work.
std::optional<RunRecord> abortMigration(const DatabaseUrl& target, const std::string& schema);

/// Copies the rows of `sourcePath` into the tables that the application's own migrations made in
/// `target`. What does not fit them is refused before anything is written; the rest is one
/// transaction, which ends after the rows were read back and compared. Throws StageError; the
/// target is then as it was before.
Report fill(const std::string& sourcePath, const DatabaseUrl& target, const MigrateOptions& options,
            Progress& progress);

/// Compares a source with a target, whoever filled it: tables and columns are paired by name, and
/// the values compared as the target's own types hold them. Read-only on both sides.
Report verify(const std::string& sourcePath, const DatabaseUrl& target,
              const MigrateOptions& options, Progress& progress);

}  // namespace repot::migrate
