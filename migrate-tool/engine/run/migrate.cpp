// The stages of a migration, one after the other; see migrate.hpp.
#include "engine/run/migrate.hpp"

#include "engine/edited_plan.hpp"
#include "engine/planner.hpp"
#include "engine/run/check_objects.hpp"
#include "engine/run/check_quarantine.hpp"
#include "engine/run/control.hpp"
#include "engine/run/given_up.hpp"
#include "engine/run/quarantine.hpp"
#include "engine/run/stages.hpp"
#include "engine/run/target.hpp"
#include "engine/run/target_snapshot.hpp"
#include "engine/run/trial.hpp"
#include "engine/run/views.hpp"

#include <repot/error.hpp>

#include <algorithm>

namespace repot::migrate {
namespace {

Plan planFor(sqlite::SqliteSource& source, const MigrateOptions& options) {
  return options.savedPlan ? planAgain(source, *options.savedPlan) : makePlan(source, options.plan);
}

void refuseIfNeeded(const Plan& plan, bool skipUntranslatable) {
  const bool reported = plan.hasReported() && !skipUntranslatable;
  if (!plan.refused() && !reported) return;
  std::vector<Finding> grave;
  for (const Finding& finding : plan.findings) {
    const bool counts = finding.level == Finding::Level::refused ||
                        (reported && finding.level == Finding::Level::reported);
    if (counts) grave.push_back(finding);
  }
  std::string message = findingsToText(grave);
  message += plan.refused() ? "nothing was written: values do not fit; correct them, or choose by "
                              "--on-misfit or --type what becomes of them"
                            : "nothing was written: these objects cannot be carried over; "
                              "--skip-untranslatable goes on without them and reports them";
  throw Error(ErrorKind::data, message);
}

/// The loss ledger: every value that was read has one fate, and the two sides counted alike.
void checkLedger(const Plan& plan, const Report& report, const QuarantineCheck& quarantine) {
  for (std::size_t i = 0; i < plan.tables.size(); ++i) {
    const TableLoad& load = report.loads[i];
    std::int64_t quarantined = 0;
    bool adds = load.rows == report.verification.tables[i].source.rows;
    // The scan counted the rows by ranges of its own.
    adds = adds && load.rows + load.rowsSetAside == plan.tables[i].rows;
    for (const ColumnLedger& column : load.columns) {
      adds = adds && column.read() == load.rows + load.rowsSetAside;
      quarantined += column.quarantined;
    }
    if (adds && quarantined == quarantine.values[i]) continue;
    throw Error(ErrorKind::internal,
                "the loss ledger of table \"" + plan.tables[i].source +
                    "\" does not add up: values were read that nobody accounts for");
  }
}

/// An id is the source's rowid and the target's key, so both sides find ranges of it at once.
void readByIds(Plan& plan) {
  for (TablePlan& table : plan.tables) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (!table.columns[i].identity) continue;
      table.rangeColumn = i;
      table.rangeIndexed = table.key == std::vector<std::size_t>{i};
    }
  }
}

/// Reads what was just loaded back, and compares it with what was read from the source.
Verification verifyStaging(sqlite::SqliteSource& source, Control& control,
                           const DatabaseUrl& target, const std::string& schema, const Plan& plan,
                           const MigrateOptions& options, const std::vector<SideDigests>& copied,
                           Progress& progress) {
  TargetSnapshot snapshot(control, target, options.jobs);
  Verification verification =
      verifyTables(source, snapshot, schema, plan, options.verify, progress, &copied);
  verification.objectFaults = checkObjects(target, schema, plan);
  return verification;
}

QuarantineCheck checkStagedQuarantine(sqlite::SqliteSource& source, const DatabaseUrl& target,
                                      const std::string& schema, const Plan& plan,
                                      Progress& progress) {
  postgresql::BulkConnection connection(target);
  return checkQuarantine(source.reader(0), connection, schema, plan, progress);
}

}  // namespace

Report migrate(const std::string& sourcePath, const DatabaseUrl& target,
               const MigrateOptions& options, Progress& progress) {
  Report report = newReport("migrate", sourcePath, target);
  Stopwatch stopwatch(report.phases);

  progress.begin(Progress::Phase::scan, 0);
  auto source = reading(sourcePath, [&] { return openSource(sourcePath, options.jobs); });
  Plan plan = reading(sourcePath, [&] { return planFor(source, options); });
  during(Stage::refused, [&] { refuseIfNeeded(plan, options.skipUntranslatable); });
  report.targetSchema = plan.targetSchema;
  stopwatch.lap("plan");

  progress.begin(Progress::Phase::create, 0);
  Control control = during(Stage::target, [&] { return Control(target); });
  try {
    checkTarget(control, plan);
  } catch (const Error& error) {
    throw StageError{error.kind() == ErrorKind::conflict ? Stage::refused : Stage::target, error};
  }
  during(Stage::run, [&] { tryOnTarget(source, control, target, plan, options.load, progress); });
  during(Stage::refused, [&] { refuseIfNeeded(plan, options.skipUntranslatable); });
  during(Stage::run, [&] {
    Staging staging(control, plan);
    stopwatch.lap("create");
    Quarantine quarantine(target, staging.schema(), plan.quarantine, staging.run());
    report.quarantine = plan.quarantine;
    report.run = staging.run();
    readByIds(plan);
    std::vector<SideDigests> copied;
    report.loads = loadTables(source, target, staging.schema(), plan, options.load, &quarantine,
                              progress, &copied);
    stopwatch.lap("load");
    finishTables(target, staging.schema(), plan, {options.jobs, options.skipUntranslatable},
                 progress);
    for (Finding& finding : makeViews(source, target, staging.schema(), plan, progress))
      plan.findings.push_back(std::move(finding));
    markGivenUp(control, plan);
    stopwatch.lap("objects");
    report.tables = plan.tables;
    report.findings = plan.findings;
    report.verification =
        verifyStaging(source, control, target, staging.schema(), plan, options, copied, progress);
    const QuarantineCheck quarantined =
        checkStagedQuarantine(source, target, staging.schema(), plan, progress);
    for (const std::string& fault : quarantined.faults)
      report.verification.objectFaults.push_back(fault);
    if (report.verified()) checkLedger(plan, report, quarantined);
    stopwatch.lap("verify");
    if (report.verified()) {
      progress.throwIfStopped();
      progress.begin(Progress::Phase::publish, 0);
      staging.publish();
      report.published = true;
      stopwatch.lap("publish");
    }
  });
  during(Stage::run, [&] { report.sourceChanged = sourceChanged(source); });
  progress.phase = Progress::Phase::done;
  return report;
}

}  // namespace repot::migrate
