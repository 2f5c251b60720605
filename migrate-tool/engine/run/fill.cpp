// repot migrate --data-only: rows into tables that the application made; see migrate.hpp.
#include "engine/run/commit_watch.hpp"
#include "engine/run/compare_objects.hpp"
#include "engine/run/fill_plan.hpp"
#include "engine/run/judge_values.hpp"
#include "engine/run/migrate.hpp"
#include "engine/run/stages.hpp"
#include "engine/run/target.hpp"

#include <algorithm>

namespace repot::migrate {
namespace {

void refuseIfNeeded(const Plan& plan) {
  std::vector<Finding> grave;
  for (const Finding& finding : plan.findings) {
    if (finding.level == Finding::Level::refused) grave.push_back(finding);
  }
  if (grave.empty()) return;
  throw Error(ErrorKind::data,
              findingsToText(grave) + "nothing was written: source and target do not fit together");
}

/// The one transaction of a filling. Destroyed before commit(), it leaves nothing behind.
class Filling {
 public:
  Filling(const DatabaseUrl& target, const Pairing& pairing, const FillPlan& plan)
      : connection_(target), pairing_(pairing), plan_(plan) {}

  /// Locks the tables against other writers, empties those that were named, and makes sure that
  /// nobody filled any since they were looked at.
  void begin() {
    connection_.execute("BEGIN");
    for (std::size_t i = 0; i < pairing_.tables.size(); ++i) {
      const TargetTable& table = *pairing_.tables[i].target;
      connection_.execute(
          "LOCK TABLE " + qualified(i) + " IN " +
          (table.mayTruncate || table.owned ? "SHARE ROW EXCLUSIVE MODE" : "ROW EXCLUSIVE MODE"));
    }
    if (!plan_.truncated.empty()) {
      std::string list;
      for (const std::string& table : plan_.truncated)
        list += (list.empty() ? "" : ", ") + table;
      connection_.execute("TRUNCATE TABLE " + list);
    }
    for (std::size_t i = 0; i < pairing_.tables.size(); ++i) {
      if (connection_.value("SELECT EXISTS (SELECT FROM " + qualified(i) + ")") != "t") continue;
      throw Error(ErrorKind::conflict, "somebody wrote to the target's table \"" +
                                           pairing_.tables[i].target->name +
                                           "\" just now; stop the application first");
    }
  }

  std::vector<TableLoad> load(sqlite::SqliteSource& source, const LoadOptions& options,
                              Progress& progress) {
    std::int64_t total = 0;
    for (const TablePlan& table : pairing_.plan.tables)
      total += table.rows;
    progress.begin(Progress::Phase::load, total);
    for (const std::string& statement : plan_.before)
      connection_.execute(statement);
    connection_.execute("SET CONSTRAINTS ALL DEFERRED");
    std::vector<TableLoad> loads(pairing_.plan.tables.size());
    for (const std::size_t index : plan_.order) {
      const TablePlan& table = pairing_.plan.tables[index];
      progress.throwIfStopped();
      try {
        loads[index] = loadTable(table, std::nullopt, source.reader(), connection_,
                                 pairing_.plan.targetSchema, options, nullptr, progress);
      } catch (const Error& error) {
        throw error.within("filling table \"" + table.target + "\"");
      }
    }
    return loads;
  }

  /// Checks what waited, takes back what was changed for the time of the loading, moves sequences.
  void finish(Progress& progress) {
    progress.begin(Progress::Phase::objects, 0);
    connection_.execute("SET CONSTRAINTS ALL IMMEDIATE");
    for (const std::string& statement : plan_.after)
      connection_.execute(statement);
    for (const FillPlan::Sequence& sequence : plan_.sequences) {
      if (!sequence.owned || sequence.spent) continue;
      connection_.execute("ALTER SEQUENCE " + sequence.name + " RESTART WITH " +
                          std::to_string(sequence.next));
    }
    for (std::size_t i = 0; i < pairing_.tables.size(); ++i) {
      if (pairing_.tables[i].target->owned) connection_.execute("ANALYZE " + qualified(i));
    }
  }

  Verification verify(sqlite::SqliteSource& source, const VerifyOptions& options,
                      Progress& progress) {
    TargetSnapshot own(connection_);
    return verifyTables(source, own, pairing_.plan.targetSchema, pairing_.plan, options, progress);
  }

  /// Waits for standbys as the server says; false where none acknowledged it within `patience`.
  bool commit(const DatabaseUrl& target, std::chrono::milliseconds patience, Progress& progress) {
    // No rollback takes setval() back, so it comes last.
    for (const FillPlan::Sequence& sequence : plan_.sequences) {
      if (sequence.owned && !sequence.spent) continue;
      connection_.value("SELECT pg_catalog.setval(" + quoteLiteral(sequence.name) + ", " +
                        (sequence.spent ? std::to_string(sequence.last) + ", true)"
                                        : std::to_string(sequence.next) + ", false)"));
    }
    connection_.value(commitDurablySql);
    return commitWatched(connection_, target, patience, progress);
  }

 private:
  std::string qualified(std::size_t index) const {
    return quoteIdentifier(pairing_.plan.targetSchema) + '.' +
           quoteIdentifier(pairing_.tables[index].target->name);
  }

  postgresql::BulkConnection connection_;
  const Pairing& pairing_;
  const FillPlan& plan_;
};

/// Sequences are no part of a transaction, so only after it they can be seen as others see them.
void checkSequences(const Pairing& pairing, Control& control, Report& report) {
  std::vector<std::string>& told = report.verification.objectFaults;
  try {
    std::vector<ObjectFault> faults;
    compareSequences(pairing, control, SequenceRule::goesOn, faults);
    for (const ObjectFault& fault : faults)
      told.push_back(fault.sentence);
  } catch (const Error& error) {
    told.push_back("the rows are there, but the sequences could not be looked at any more: " +
                   std::string(error.what()));
  }
}

void fillInto(Report& report, const std::string& sourcePath, const DatabaseUrl& target,
              const MigrateOptions& given, Progress& progress) {
  MigrateOptions options = given;
  options.pairing.filling = options.pairing.dataOnly = true;
  report.targetSchema = options.plan.schema;
  Stopwatch stopwatch(report.phases);
  progress.begin(Progress::Phase::scan, 0);
  auto source = reading(
      sourcePath, [&] { return openSource(sourcePath, streamsOf(options), options.copySource); });
  Control control = during(Stage::target, [&] { return Control(target); });
  during(Stage::target, [&] {
    checkServer(control);
    if (options.standbys.any()) requireStandbys(control, options.standbys);
  });
  Pairing pairing = during(Stage::target, [&] {
    return pairWithTarget(source.reader(), control, options.plan, options.pairing,
                          options.savedPlan ? &*options.savedPlan : nullptr);
  });
  const FillPlan plan = during(
      Stage::target, [&] { return planFill(pairing, source.reader(), control, options.pairing); });
  reading(sourcePath, [&] {
    judgeValues(source, pairing, progress);
    judgeRules(source.reader(), pairing);
  });
  report.tables = pairing.plan.tables;
  report.findings = pairing.plan.findings;
  during(Stage::refused, [&] { refuseIfNeeded(pairing.plan); });
  stopwatch.lap("plan");
  during(Stage::run, [&] {
    Filling filling(target, pairing, plan);
    filling.begin();
    stopwatch.lap("create");
    report.loads = filling.load(source, options.load, progress);
    stopwatch.lap("load");
    filling.finish(progress);
    stopwatch.lap("objects");
    report.tables = pairing.plan.tables;
    report.findings = pairing.plan.findings;
    report.verification = filling.verify(source, options.verify, progress);
    stopwatch.lap("verify");
    if (!report.verified()) return;
    progress.throwIfStopped();
    progress.begin(Progress::Phase::publish, 0);
    report.acknowledged = filling.commit(target, options.reconnectFor, progress);
    report.published = true;
    stopwatch.lap("publish");
  });
  if (report.published) checkSequences(pairing, control, report);
  noteSourceChanges(source, report);
  if (report.published) awaitStandbysInto(report, control, options, progress);
  progress.finish();
}

}  // namespace

Report fill(const std::string& sourcePath, const DatabaseUrl& target, const MigrateOptions& given,
            Progress& progress) {
  return reporting(newReport("migrate", sourcePath, target), progress,
                   [&](Report& report) { fillInto(report, sourcePath, target, given, progress); });
}

}  // namespace repot::migrate
