// The stages of a migration, one after the other; see migrate.hpp.
#include "engine/run/migrate.hpp"

#include "engine/edited_plan.hpp"
#include "engine/planner.hpp"
#include "engine/run/check_quarantine.hpp"
#include "engine/run/control.hpp"
#include "engine/run/quarantine.hpp"
#include "engine/run/target.hpp"
#include "engine/run/views.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <chrono>

namespace repot::migrate {
namespace {

/// Runs `action`, and says the stage of what it throws.
template <typename Action>
auto during(Stage stage, Action action) {
  try {
    return action();
  } catch (const Error& error) {
    throw StageError{stage, error};
  }
}

/// The same for the source, whose errors all name the file.
template <typename Action>
auto reading(const std::string& path, Action action) {
  try {
    return action();
  } catch (const Error& error) {
    const bool named = std::string_view(error.what()).find(path) != std::string_view::npos;
    // A saved plan that does not belong to the source is no fault of the source.
    const Stage stage = error.kind() == ErrorKind::conflict ? Stage::refused : Stage::source;
    throw StageError{stage, named ? error : error.within(path)};
  }
}

class Stopwatch {
 public:
  explicit Stopwatch(std::vector<PhaseTime>& phases) : phases_(phases) {}
  void lap(const std::string& name) {
    const auto now = std::chrono::steady_clock::now();
    phases_.push_back({name, std::chrono::duration<double>(now - last_).count()});
    last_ = now;
  }

 private:
  std::vector<PhaseTime>& phases_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// Broken promises of the schema, which the plan reports, are no damage of the file. SQLite 3.40
/// also claims a NULL in key columns of WITHOUT ROWID tables where there is none.
bool isDamage(const std::string& problem) {
  return !problem.starts_with("NULL value in ") &&
         !problem.starts_with("CHECK constraint failed in ") &&
         problem.find(" value in ") == std::string::npos;
}

sqlite::SqliteSource openSource(const std::string& path, std::size_t readers) {
  sqlite::SourceOptions options;
  options.readers = std::max<std::size_t>(readers, 1);
  sqlite::SqliteSource source = sqlite::SqliteSource::open(path, options);
  std::vector<std::string> problems = source.quickCheck();
  std::erase_if(problems, [](const std::string& problem) { return !isDamage(problem); });
  if (!problems.empty()) {
    throw Error(ErrorKind::notADatabase, path + " is damaged: " + problems.front() +
                                             "; recover it first (sqlite3 FILE .recover)");
  }
  return source;
}

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

void refuseUnsupported(const Plan& plan) {
  for (const TablePlan& table : plan.tables) {
    for (const ColumnPlan& column : table.columns) {
      // The server orders the keys of a jsonb anew, so no digest of it can equal the source's.
      if (column.type == PgType::jsonb) {
        throw Error(ErrorKind::usage,
                    "column \"" + table.source + "." + column.source +
                        "\": jsonb cannot be verified; choose json, and change the "
                        "type after the migration");
      }
    }
  }
}

std::string dataVersion(sqlite::SqliteSource& source) {
  sqlite::Statement statement = source.prepare("PRAGMA data_version");
  return statement.step() ? statement.string(0) : std::string();
}

/// The loss ledger: every value that was read has one fate, and the two sides counted alike.
void checkLedger(const Plan& plan, const Report& report, const QuarantineCheck& quarantine) {
  for (std::size_t i = 0; i < plan.tables.size(); ++i) {
    const TableLoad& load = report.loads[i];
    std::int64_t quarantined = 0;
    bool adds = load.rows == report.verification.tables[i].source.rows;
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

/// Objects that could not be built are findings now, and no longer expected.
void dropUnbuilt(Plan& plan, const std::vector<Finding>& unbuilt) {
  for (const Finding& finding : unbuilt) {
    std::erase_if(plan.objects,
                  [&](const ObjectPlan& object) { return object.name == finding.object; });
    plan.findings.push_back(finding);
  }
}

}  // namespace

Report migrate(const std::string& sourcePath, const DatabaseUrl& target,
               const MigrateOptions& options, Progress& progress) {
  Report report;
  report.command = "migrate";
  report.source = sourcePath;
  report.target = target.toString();
  Stopwatch stopwatch(report.phases);

  progress.begin(Progress::Phase::scan, 0);
  auto source = reading(sourcePath, [&] { return openSource(sourcePath, options.jobs); });
  Plan plan = reading(sourcePath, [&] { return planFor(source, options); });
  during(Stage::refused, [&] {
    refuseIfNeeded(plan, options.skipUntranslatable);
    refuseUnsupported(plan);
  });
  report.targetSchema = plan.targetSchema;
  stopwatch.lap("plan");

  progress.begin(Progress::Phase::create, 0);
  Control control = during(Stage::target, [&] { return Control(target); });
  try {
    checkTarget(control, plan);
  } catch (const Error& error) {
    throw StageError{error.kind() == ErrorKind::conflict ? Stage::refused : Stage::target, error};
  }
  during(Stage::run, [&] {
    Staging staging(control, plan);
    stopwatch.lap("create");
    Quarantine quarantine(target, staging.schema(), plan.quarantine, staging.run());
    report.quarantine = plan.quarantine;
    report.run = staging.run();
    report.loads =
        loadTables(source, target, staging.schema(), plan, options.load, &quarantine, progress);
    stopwatch.lap("load");
    dropUnbuilt(plan, finishTables(target, staging.schema(), plan,
                                   {options.jobs, options.skipUntranslatable}, progress));
    for (Finding& finding : makeViews(source, target, staging.schema(), plan, progress))
      plan.findings.push_back(std::move(finding));
    stopwatch.lap("objects");
    report.tables = plan.tables;
    report.findings = plan.findings;
    report.verification = verifyTables(source, target, staging.schema(), plan, progress);
    const QuarantineCheck quarantined =
        checkQuarantine(source.reader(0), target, staging.schema(), staging.run(), plan, progress);
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
  during(Stage::run, [&] {
    const std::string before = dataVersion(source);
    source.refreshSnapshot();
    report.sourceChanged = dataVersion(source) != before;
  });
  progress.phase = Progress::Phase::done;
  return report;
}

Report verify(const std::string& sourcePath, const DatabaseUrl& target,
              const MigrateOptions& options, Progress& progress) {
  Report report;
  report.command = "verify";
  report.source = sourcePath;
  report.target = target.toString();
  Stopwatch stopwatch(report.phases);
  progress.begin(Progress::Phase::scan, 0);
  auto source = reading(sourcePath, [&] { return openSource(sourcePath, 1); });
  const Plan plan = reading(sourcePath, [&] { return planFor(source, options); });
  during(Stage::refused, [&] { refuseUnsupported(plan); });
  report.targetSchema = plan.targetSchema;
  report.tables = plan.tables;
  report.findings = plan.findings;
  stopwatch.lap("plan");
  report.verification = during(Stage::target, [&] {
    return verifyTables(source, target, plan.targetSchema, plan, progress);
  });
  stopwatch.lap("verify");
  progress.phase = Progress::Phase::done;
  return report;
}

}  // namespace repot::migrate
