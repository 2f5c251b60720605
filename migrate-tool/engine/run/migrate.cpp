// The stages of a migration, one after the other; see migrate.hpp.
#include "engine/run/migrate.hpp"

#include "engine/edited_plan.hpp"
#include "engine/plan_json.hpp"
#include "engine/planner.hpp"
#include "engine/run/check_objects.hpp"
#include "engine/run/check_quarantine.hpp"
#include "engine/run/commit_watch.hpp"
#include "engine/run/control.hpp"
#include "engine/run/given_up.hpp"
#include "engine/run/quarantine.hpp"
#include "engine/run/resume.hpp"
#include "engine/run/run_identity.hpp"
#include "engine/run/run_owner.hpp"
#include "engine/run/stages.hpp"
#include "engine/run/staging.hpp"
#include "engine/run/target.hpp"
#include "engine/run/target_snapshot.hpp"
#include "engine/run/trial.hpp"
#include "engine/run/views.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <thread>
#include <utility>

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

/// Whether the same run may succeed once the cause is removed.
bool isPassing(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::connection:
    case ErrorKind::authentication:
    case ErrorKind::permission:
    case ErrorKind::resource:
    case ErrorKind::timeout:
    case ErrorKind::busy:
    case ErrorKind::serialization:
      return true;
    default:
      return false;
  }
}

std::string waiting(const RunRecord& left) {
  return "the run " + left.run + ", begun at " + left.startedAt + " on the host " + left.host +
         ", was stopped and waits to go on (" + left.stagingSchema + ")";
}

constexpr const char* abortFirst =
    "; --abort with the same SOURCE and TARGET removes it, then begin anew";

std::string otherSource(const RunRecord& left) {
  return waiting(left) + ", but it moves another source, " + left.source + abortFirst;
}

std::string otherPlan(const RunRecord& left) {
  return waiting(left) +
         ", but the plan is another by now: the source's schema, the kinds of its values, the "
         "options or the version of Repot changed" +
         abortFirst;
}

using Clock = std::chrono::steady_clock;

/// Of the client; a server of its own may have many more.
std::size_t cores() {
  return std::max<std::size_t>(std::thread::hardware_concurrency(), 1);
}

class Migration {
 public:
  /// `report` is filled as far as the run comes.
  Migration(const std::string& sourcePath, const DatabaseUrl& target, const MigrateOptions& options,
            Progress& progress, Report& report)
      : path_(sourcePath),
        target_(target),
        options_(options),
        progress_(progress),
        report_(report),
        stopwatch_(report_.phases),
        source_(reading(
            path_, [&] { return openUnchecked(path_, streamsOf(options), options_.copySource); })),
        control_(during(Stage::target, [&] { return Control(target); })) {}

  void run();

 private:
  void persistently(const std::function<void()>& action);
  void takeTarget();
  void takeStandbys();
  void makePlan();
  bool begin();
  void carryOut();
  void attempt();
  void prepare();
  std::vector<SideDigests> load(Plan& plan);
  void prove(const Plan& plan, const std::vector<SideDigests>& copied);
  void onStandby(const std::string& run, const std::function<void(Control&)>& readBack);
  void prove(Control& control, const DatabaseUrl& server, const Plan& plan,
             const std::vector<SideDigests>& copied);
  void publish(const Plan& plan);
  bool isLost(const Error& error);
  [[noreturn]] void giveUp(StageError failure);
  void verifyAgain();

  const std::string& schema() const { return owner_->record().stagingSchema; }
  LoadPace::Limits paceLimits();
  /// As many as the load found good.
  std::size_t streams() const { return pace_ ? pace_->streams() : streamsOf(options_); }
  /// Notes what is done; as long as there is more of it after each loss, the run goes on.
  void reached(std::size_t step) { step_ = std::max(step_, step); }
  static constexpr std::size_t loaded = SIZE_MAX - 3, finished = loaded + 1, verified = loaded + 2;

  const std::string& path_;
  const DatabaseUrl& target_;
  MigrateOptions options_;
  Progress& progress_;
  Report& report_;
  Stopwatch stopwatch_;
  sqlite::SqliteSource source_;
  Control control_;
  std::optional<RunOwner> owner_;
  Plan plan_;
  bool prepared_ = false;
  KnownDigests known_;
  std::optional<LoadPace> pace_;
  std::size_t step_ = 0;
};

/// What comes before the run is in the ledger.
void Migration::persistently(const std::function<void()>& action) {
  std::optional<Clock::time_point> lost;
  for (;;) {
    try {
      return action();
    } catch (const Error& error) {
      if (!isLost(error)) throw;
      if (!lost) lost = Clock::now();
      if (Clock::now() - *lost > options_.reconnectFor) throw;
    }
    owner_->claimAgain(*lost, options_.reconnectFor, progress_);
  }
}

void Migration::takeTarget() {
  try {
    checkServer(control_);
    const std::string& schema =
        options_.savedPlan ? options_.savedPlan->targetSchema : options_.plan.schema;
    checkSchemaName(schema);
    takeStandbys();
    owner_.emplace(control_, target_, schema);
    persistently([&] { owner_->claim(); });
  } catch (const Error& error) {
    throw StageError{error.kind() == ErrorKind::conflict ? Stage::refused : Stage::target, error};
  }
}

/// Those that are named must be there before anything is loaded.
void Migration::takeStandbys() {
  if (options_.standbys.any()) requireStandbys(control_, options_.standbys);
  if (!options_.verifyOn) return;
  Control standby(*options_.verifyOn);
  requireStandbyOf(control_, standby);
}

void Migration::makePlan() {
  reading(path_, [&] { whileChecking(source_, [&] { plan_ = planFor(source_, options_); }); });
  report_.tables = plan_.tables;
  report_.findings = plan_.findings;
  during(Stage::refused, [&] { refuseIfNeeded(plan_, options_.skipUntranslatable); });
  report_.targetSchema = plan_.targetSchema;
  stopwatch_.lap("plan");
}

/// False where the run was finished before.
bool Migration::begin() {
  const std::string source = absolutePath(path_);
  const std::optional<RunRecord>& left = owner_->left();
  if (left && left->source != source) throw Error(ErrorKind::conflict, otherSource(*left));
  try {
    checkTarget(control_, plan_);
  } catch (const Error& error) {
    const auto before = owner_->finished();
    if (error.kind() != ErrorKind::conflict || left || !before || before->source != source) throw;
    if (options_.resume) return false;
    throw Error(ErrorKind::conflict, std::string(error.what()) + ". The run " + before->run +
                                         " moved this source there, finished at " +
                                         before->finishedAt +
                                         "; `repot verify` compares the two, and so does --resume");
  }
  if (left) {
    owner_->goOn();
  } else {
    owner_->begin(source, sourceIdentity(source_), optionsJson(plan_.options));
  }
  return true;
}

/// Once for a snapshot of the source: what only the server can tell, and whether the plan is that
/// of the attempts before.
void Migration::prepare() {
  if (owner_->record().attempt > 1) dropStaging(control_, owner_->trialSchema());
  if (!prepared_) {
    Plan plan = plan_;
    tryOnTarget(source_, control_, owner_->target(), owner_->trialSchema(), plan, options_.load,
                progress_);
    during(Stage::refused, [&] { refuseIfNeeded(plan, options_.skipUntranslatable); });
    readByIds(plan);
    plan_ = std::move(plan);
    prepared_ = true;
  }
  const RunRecord& record = owner_->record();
  if (record.state == RunState::creating) {
    if (record.attempt > 1) dropStaging(control_, schema());
    createStaging(control_, owner_->target(), schema(), plan_, streamsOf(options_), progress_);
    owner_->loading(planDigest(plan_));
  } else if (record.planDigest != planDigest(plan_)) {
    throw StageError{Stage::refused, Error(ErrorKind::conflict, otherPlan(record))};
  }
  control_.setSearchPath(schema());
  stopwatch_.lap("create");
}

/// A server on this machine shares its cores with the streams; of any other only trying tells.
LoadPace::Limits Migration::paceLimits() {
  LoadPace::Limits limits{streamsOf(options_), streamsOf(options_), options_.load.chunkBytes};
  if (options_.jobs > 0 || options_.load.rate) return limits;
  constexpr std::size_t most = 8;
  const bool local = control_.value(
                         "SELECT pg_catalog.inet_client_addr() IS NOT DISTINCT FROM "
                         "pg_catalog.inet_server_addr()") == "t";
  limits.streamsMax = std::max(limits.streams, local ? cores() : std::min(2 * cores(), most));
  return limits;
}

std::vector<SideDigests> Migration::load(Plan& plan) {
  Standing standing =
      keepWhatStands(source_, control_, owner_->record(), plan, options_.load, known_, progress_);
  reached(standing.kept);
  report_.resumption = {owner_->record().attempt, standing.kept, standing.renewed,
                        standing.renewedTables};
  Quarantine quarantine(owner_->target(), schema(), plan.quarantine, owner_->record().run);
  std::vector<SideDigests> copied = std::move(standing.digests);
  if (!pace_) pace_.emplace(paceLimits());
  report_.loads = loadTables(source_, owner_->target(), schema(), plan, options_.load, *pace_,
                             &quarantine, progress_, &copied, &standing.ledger);
  for (std::size_t i = 0; i < report_.loads.size(); ++i)
    report_.loads[i].add(standing.loads[i]);
  reached(loaded);
  stopwatch_.lap("load");
  return copied;
}

/// Reads what was loaded back, and compares it with what was read from the source.
void Migration::prove(const Plan& plan, const std::vector<SideDigests>& copied) {
  if (!options_.verifyOn) return prove(control_, owner_->target(), plan, copied);
  onStandby(owner_->record().run,
            [&](Control& standby) { prove(standby, *options_.verifyOn, plan, copied); });
}

/// Once the standby has all of the run.
void Migration::onStandby(const std::string& run, const std::function<void(Control&)>& readBack) {
  Control standby(*options_.verifyOn);
  requireStandbyOf(control_, standby);
  awaitReplay(control_, standby, run, options_.standbyPatience, progress_);
  try {
    readBack(standby);
    report_.verifiedOn = options_.verifyOn->toString();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::serialization) throw;
    throw error.within(
        "reading back on the standby, whose primary removed what was read (hot_standby_feedback = "
        "on there keeps it from that)");
  }
}

void Migration::prove(Control& control, const DatabaseUrl& server, const Plan& plan,
                      const std::vector<SideDigests>& copied) {
  Verification& verification = report_.verification;
  {
    TargetSnapshot snapshot(control, server, streams());
    verification =
        verifyTables(source_, snapshot, schema(), plan, options_.verify, progress_, &copied);
  }
  verification.objectFaults = checkObjects(server, schema(), plan);
  postgresql::BulkConnection connection(server);
  const QuarantineCheck quarantined =
      checkQuarantine(source_.reader(0), connection, schema(), plan, progress_);
  for (const std::string& fault : quarantined.faults)
    verification.objectFaults.push_back(fault);
  if (report_.verified()) checkLedger(plan, report_, quarantined);
  reached(verified);
  stopwatch_.lap("verify");
}

void Migration::publish(const Plan& plan) {
  progress_.throwIfStopped();
  progress_.begin(Progress::Phase::publish, 0);
  Ledger(control_).notePlan(owner_->record().run, planToJson(plan));
  const CommitWatch watch(target_, control_.value("SELECT pg_catalog.pg_backend_pid()"),
                          options_.reconnectFor, progress_);
  publishStaging(control_, schema(), plan, closeRunSql(owner_->record()));
  report_.published = true;
  report_.acknowledged = !watch.gaveUp();
  stopwatch_.lap("publish");
}

/// All stages, each of which does what is not done.
void Migration::attempt() {
  progress_.begin(Progress::Phase::create, 0);
  prepare();
  Plan plan = plan_;  // The stages write into it what the server refuses.
  const std::vector<SideDigests> copied = load(plan);
  const DatabaseUrl target = owner_->target();
  finishTables(target, schema(), plan, {streams(), options_.skipUntranslatable}, progress_);
  for (Finding& finding : makeViews(source_, target, schema(), plan, progress_))
    plan.findings.push_back(std::move(finding));
  markGivenUp(control_, plan);
  reached(finished);
  stopwatch_.lap("objects");
  report_.quarantine = plan.quarantine;
  report_.run = owner_->record().run;
  report_.tables = plan.tables;
  report_.findings = plan.findings;
  prove(plan, copied);
  if (report_.verified()) publish(plan);
}

/// Whatever a thread says first: without the control session its lock and its snapshot are gone.
bool Migration::isLost(const Error& error) {
  if (error.kind() == ErrorKind::connection) return true;
  try {
    control_.value("SELECT 1");
    return false;
  } catch (const Error&) {
    return true;
  }
}

void Migration::carryOut() {
  Clock::time_point lost;
  std::optional<std::size_t> stepWhenLost;
  for (;;) {
    try {
      return attempt();
    } catch (const Error& error) {
      progress_.throwIfStopped();
      if (!isLost(error)) throw;
      if (stepWhenLost != step_) lost = Clock::now();
      stepWhenLost = step_;
      if (Clock::now() - lost > options_.reconnectFor) throw;
    }
    report_.published = !owner_->recover(lost, options_.reconnectFor, progress_);
    if (report_.published) return;
  }
}

/// What a second try may mend is kept for it; everything else is removed.
void Migration::giveUp(StageError failure) {
  const bool mayGoOn = failure.stage == Stage::refused || isPassing(failure.error);
  try {
    if (!options_.keepOnFailure || !mayGoOn || !owner_->hasChunks()) {
      owner_->remove();
      throw failure;
    }
  } catch (const Error&) {
    // The target cannot be reached: what there is stays, in the ledger.
  }
  failure.staging = schema();
  throw failure;
}

/// The report of a run that was finished before.
void Migration::verifyAgain() {
  const std::string run = owner_->finished()->run;
  const std::string target = report_.target;
  const auto readBack = [&](const DatabaseUrl& server) {
    report_ = verify(path_, server, options_, progress_);
  };
  if (options_.verifyOn) {
    during(Stage::target, [&] { onStandby(run, [&](Control&) { readBack(*options_.verifyOn); }); });
  } else {
    readBack(target_);
  }
  report_.command = "migrate";
  report_.target = target;
  report_.published = true;
  report_.run = run;
}

void Migration::run() {
  takeTarget();
  makePlan();
  bool begun = false;
  try {
    persistently([&] { begun = begin(); });
  } catch (const Error& error) {
    throw StageError{error.kind() == ErrorKind::conflict ? Stage::refused : Stage::target, error};
  }
  if (!begun) return verifyAgain();
  try {
    during(Stage::run, [&] { carryOut(); });
    if (!report_.verified()) during(Stage::run, [&] { owner_->remove(); });
  } catch (const StageError& failure) {
    giveUp(failure);
  }
  noteSourceChanges(source_, report_);
  if (report_.published) awaitStandbysInto(report_, control_, options_, progress_);
  progress_.finish();
}

}  // namespace

void awaitStandbysInto(Report& report, Control& control, const MigrateOptions& options,
                       Progress& progress) {
  if (!options.standbys.any()) return;
  try {
    report.standbys = awaitStandbys(control, options.standbys, options.standbyPatience, progress,
                                    report.standbysReached);
  } catch (const Error& error) {
    report.standbysReached = false;
    Finding& finding = report.findings.emplace_back();
    finding.level = Finding::Level::warning;
    finding.code = "standbys-unknown";
    finding.object = report.targetSchema;
    finding.message = "the rows are published, but the standbys could not be waited for: " +
                      std::string(error.what());
  }
}

std::size_t streamsOf(const MigrateOptions& options) {
  constexpr std::size_t measuredFirst = 2;
  return options.jobs > 0 ? options.jobs : measuredFirst;
}

Report migrate(const std::string& sourcePath, const DatabaseUrl& target,
               const MigrateOptions& options, Progress& progress) {
  progress.begin(Progress::Phase::scan, 0);
  const postgresql::SilenceWatch watch(target, options.silentAfter);
  return reporting(newReport("migrate", sourcePath, target), progress, [&](Report& report) {
    Migration(sourcePath, target, options, progress, report).run();
  });
}

std::optional<RunRecord> abortMigration(const DatabaseUrl& target, const std::string& schema) {
  Control control = during(Stage::target, [&] { return Control(target); });
  try {
    RunOwner owner(control, target, schema);
    owner.claim();
    if (!owner.left()) return std::nullopt;
    owner.goOn();
    owner.remove();
    return owner.record();
  } catch (const Error& error) {
    throw StageError{error.kind() == ErrorKind::conflict ? Stage::refused : Stage::run, error};
  }
}

}  // namespace repot::migrate
