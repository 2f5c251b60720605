// repot verify: compares a source with a target, whoever filled it; see migrate.hpp.
#include "engine/edited_plan.hpp"
#include "engine/plan_json.hpp"
#include "engine/planner.hpp"
#include "engine/run/check_quarantine.hpp"
#include "engine/run/migrate.hpp"
#include "engine/run/pairing.hpp"
#include "engine/run/run_identity.hpp"
#include "engine/run/stages.hpp"
#include "engine/run/target_snapshot.hpp"
#include "engine/run/verify_objects.hpp"

#include <algorithm>

namespace repot::migrate {
namespace {

/// A partner that is missing is a difference here, where it refuses a filling.
void turnRefusalsIntoFaults(Report& report) {
  for (const Finding& finding : report.findings) {
    if (finding.level != Finding::Level::refused) continue;
    report.verification.objectFaults.push_back(finding.object + ": " + finding.message);
  }
  std::erase_if(report.findings,
                [](const Finding& finding) { return finding.level == Finding::Level::refused; });
}

/// The plan that Repot makes of the source by these options, or made; none where the application
/// made the schema.
std::optional<Plan> planOf(sqlite::SqliteSource& source, const MigrateOptions& options) {
  if (options.savedPlan) return planAgain(source, *options.savedPlan);
  if (options.pairing.dataOnly) return std::nullopt;
  return makePlan(source, options.plan);
}

/// The plan that the migration was carried out by, where `repot sync` kept its target going since:
/// by the values of today another one might be made.
std::optional<Plan> syncedPlan(Control& control, const std::string& schema) {
  try {
    Ledger ledger(control);
    const auto run = ledger.published(schema);
    const auto record = run ? ledger.syncRecord(run->run) : std::nullopt;
    if (record && record->syncs > 0) return planFromJson(record->plan);
  } catch (const Error& error) {
    // No ledger that can be read: the target speaks for itself.
    if (error.kind() == ErrorKind::connection) throw;
  }
  return std::nullopt;
}

/// Takes it in place of `planned` where both are of the same schema and options.
void takeSynced(std::optional<Plan>& planned, std::optional<Plan> synced) {
  if (!planned || !synced || planned->sourceDigest != synced->sourceDigest ||
      optionsJson(planned->options) != optionsJson(synced->options))
    return;
  synced->findings = std::move(planned->findings);
  planned = std::move(synced);
}

/// Values that the plan sets aside have to be in the quarantine, each as it is in the source.
void compareQuarantineInto(Report& report, const Pairing& pairing, sqlite::SqliteSource& source,
                           TargetSnapshot& snapshot, const Plan& planned, Progress& progress) {
  report.quarantine = planned.quarantine;
  if (planned.quarantine.empty()) return;
  std::erase_if(report.findings, [&](const Finding& finding) {
    return finding.code == "extra-table" && finding.object == planned.quarantine;
  });
  std::vector<std::string>& faults = report.verification.objectFaults;
  const bool there =
      std::any_of(pairing.targets.begin(), pairing.targets.end(),
                  [&](const TargetTable& table) { return table.name == planned.quarantine; });
  if (!there) {
    faults.push_back("the quarantine \"" + planned.quarantine + "\" is missing");
    return;
  }
  const QuarantineCheck check = checkQuarantine(source.reader(), snapshot.stream(0),
                                                pairing.plan.targetSchema, planned, progress);
  faults.insert(faults.end(), check.faults.begin(), check.faults.end());
}

void verifyInto(Report& report, const std::string& sourcePath, const DatabaseUrl& target,
                const MigrateOptions& options, Progress& progress) {
  report.targetSchema = options.plan.schema;
  Stopwatch stopwatch(report.phases);
  progress.begin(Progress::Phase::scan, 0);
  const std::size_t streams = std::max<std::size_t>(1, streamsOf(options) / 2);
  auto source = reading(sourcePath, [&] { return openSource(sourcePath, streams); });
  Control control = during(Stage::target, [&] { return Control(target); });
  std::optional<Plan> synced =
      during(Stage::target, [&] { return syncedPlan(control, options.plan.schema); });
  TargetSnapshot snapshot =
      during(Stage::target, [&] { return TargetSnapshot(control, target, streams); });
  std::optional<Plan> planned = reading(sourcePath, [&] { return planOf(source, options); });
  if (!options.savedPlan) takeSynced(planned, std::move(synced));
  const Pairing pairing = during(Stage::target, [&] {
    return pairWithTarget(source.reader(), control, options.plan, options.pairing,
                          planned ? &*planned : nullptr);
  });
  report.tables = pairing.plan.tables;
  report.findings = pairing.plan.findings;
  stopwatch.lap("plan");
  during(Stage::target, [&] {
    report.verification =
        verifyTables(source, snapshot, options.plan.schema, pairing.plan, options.verify, progress);
    stopwatch.lap("verify");
    turnRefusalsIntoFaults(report);
    VerifyContext context{pairing, source.reader(), control,  snapshot,
                          target,  options,         progress, report};
    verifyObjects(context, planned);
    stopwatch.lap("objects");
    if (planned) {
      compareQuarantineInto(report, pairing, source, snapshot, *planned, progress);
      stopwatch.lap("quarantine");
    }
  });
  progress.finish();
}

}  // namespace

Report verify(const std::string& sourcePath, const DatabaseUrl& target,
              const MigrateOptions& options, Progress& progress) {
  return reporting(newReport("verify", sourcePath, target), progress, [&](Report& report) {
    verifyInto(report, sourcePath, target, options, progress);
  });
}

}  // namespace repot::migrate
