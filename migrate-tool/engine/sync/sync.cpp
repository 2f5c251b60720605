// One round: read the source, find what differs from the ledger, apply it, read it back, note it in
// the ledger – in one transaction of the target; see sync.hpp.
#include "engine/sync/sync.hpp"

#include "engine/cutover/fence.hpp"
#include "engine/plan_json.hpp"
#include "engine/run/check_objects.hpp"
#include "engine/run/commit_watch.hpp"
#include "engine/run/run_identity.hpp"
#include "engine/run/sequences.hpp"
#include "engine/run/stages.hpp"
#include "engine/source_schema.hpp"
#include "engine/sync/file_state.hpp"
#include "engine/sync/source_parts.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <utility>

namespace repot::migrate {
namespace {

std::string nameOf(const Plan& plan, const TablePlan& table) {
  return quoteIdentifier(plan.targetSchema) + '.' + quoteIdentifier(table.target);
}

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorKind::conflict, message);
}

/// The target's tables have the plan's columns, and no others.
void checkTables(Control& control, const Plan& plan) {
  std::map<std::string, std::set<std::string>> found;
  for (const auto& row : control.query(
           "SELECT c.relname, a.attname FROM pg_catalog.pg_class c "
           "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
           "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid "
           "WHERE n.nspname = $1 AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped",
           {plan.targetSchema}))
    found[row[0]].insert(row[1]);
  for (const TablePlan& table : plan.tables) {
    std::set<std::string> wanted;
    for (const ColumnPlan& column : table.columns)
      wanted.insert(column.target);
    const auto columns = found.find(table.target);
    if (columns == found.end())
      refuse("the target has no table \"" + table.target + "\" any more, which the migration made");
    if (columns->second != wanted)
      refuse("the columns of the target's table \"" + table.target +
             "\" are no longer those that the migration made; only rows can be synchronised");
  }
}

/// Values that the plan sets aside are written once, by the migration.
void refuseQuarantine(const Plan& plan) {
  for (const TablePlan& table : plan.tables) {
    if (table.usesQuarantine())
      refuse("values of table \"" + table.source +
             "\" were set aside in the quarantine, which a sync does not keep up to date; migrate "
             "with another --on-misfit, as --on-misfit=null or --on-misfit=text");
  }
}

/// A file that is not there is told before the target is asked for anything.
std::string existing(std::string path) {
  if (!std::filesystem::exists(path))
    static_cast<void>(reading(path, [&] { return sqlite::SqliteSource::open(path); }));
  return path;
}

}  // namespace

Syncer::Syncer(std::string sourcePath, const DatabaseUrl& target, SyncOptions options,
               Progress& progress)
    : path_(existing(std::move(sourcePath))),
      url_(target),
      options_(std::move(options)),
      progress_(progress),
      watch_(target, options_.silentAfter),
      control_(during(Stage::target, [&] { return Control(target); })),
      owner_(control_, target, options_.schema) {
  // Before anything opens the file.
  fileState_ = stateOfFile(path_);
  try {
    owner_.claim();
    if (owner_.left())
      refuse("a migration into the schema \"" + options_.schema +
             "\" of this target was stopped; let `repot migrate` end it first");
    const auto finished = owner_.finished();
    if (!finished)
      refuse("no finished `repot migrate` is noted for the schema \"" + options_.schema +
             "\" of this target: only what that made can be synchronised");
    run_ = *finished;
    capture_.emplace(path_, run_.run, options_.capture);
    readLedger();
    const std::string source = absolutePath(path_);
    if (run_.source != source && !options_.overwrite)
      refuse("this target was made from another file, " + run_.source +
             "; --overwrite makes it equal to " + source + " all the same");
  } catch (const Error& error) {
    throw StageError{error.kind() == ErrorKind::conflict ? Stage::refused : Stage::target, error};
  }
}

void Syncer::readLedger() {
  Ledger ledger(control_);
  const auto record = ledger.syncRecord(run_.run);
  if (!record)
    refuse(
        "this target was migrated by a version of Repot that did not note what a sync needs; "
        "migrate it anew");
  record_ = *record;
  plan_ = planFromJson(record_.plan);
  plan_.findings.clear();
  readByIds(plan_);
  refuseQuarantine(plan_);
  capture_->readRecord(control_);
  chunks_.assign(plan_.tables.size(), {});
  known_.assign(plan_.tables.size(), PartDigests());
  for (ChunkRecord& chunk : ledger.chunks(run_.run)) {
    const auto table =
        std::find_if(plan_.tables.begin(), plan_.tables.end(),
                     [&](const TablePlan& each) { return each.target == chunk.table; });
    if (table == plan_.tables.end() || chunk.parts.empty())
      refuse("the ledger of the run " + run_.run + " is not complete; migrate anew");
    const auto index = static_cast<std::size_t>(table - plan_.tables.begin());
    known_[index].merge(PartDigests::decode(chunk.parts));
    chunks_[index].push_back(std::move(chunk));
  }
  for (std::size_t i = 0; i < chunks_.size(); ++i) {
    if (chunks_[i].empty())
      refuse("the ledger of the run " + run_.run + " has nothing of the table \"" +
             plan_.tables[i].target + "\"; migrate anew");
  }
}

bool Syncer::unchangedByFiles() const {
  // A capture is to be looked at, and added where it is not.
  return !source_ && !options_.overwrite && !options_.capture && !fileState_.empty() &&
         fileState_ == record_.sourceState && run_.source == absolutePath(path_);
}

bool Syncer::sourceChanged() {
  return !source_ || reading(path_, [&] { return source_->writtenSinceSnapshot(); });
}

SyncReport Syncer::nothingToDo() const {
  SyncReport report;
  report.source = path_;
  report.target = url_.toString();
  report.schema = options_.schema;
  report.run = run_.run;
  report.dryRun = options_.dryRun;
  report.unchanged = true;
  return report;
}

/// The damage that a migration looks for is none that came since: no quick_check here.
void Syncer::openSource() {
  // A copy is not brought up to date but made anew.
  if (source_ && source_->isPrivateCopy()) source_.reset();
  if (source_) {
    source_->refreshSnapshot();
    return;
  }
  sqlite::SourceOptions options;
  options.privateCopy = options_.copySource;
  options.readers = std::max<std::size_t>(options_.jobs, 1);
  source_.emplace(sqlite::SqliteSource::open(path_, options));
}

SourceSchema Syncer::checkSchemas() {
  if (const auto fence = readFence(source_->reader().raw()); fence && !options_.fenced)
    refuse("the source is fenced off, as its application " +
           std::string(fence->state == FenceRecord::State::moved ? "has moved" : "is moving") +
           " to PostgreSQL; `repot cutover` goes on with that, or takes it back by --undo");
  SourceSchema schema = readSourceSchema(source_->reader());
  if (schema.digest != plan_.sourceDigest)
    refuse(
        "the schema of the source has changed since the migration, and only rows can be "
        "synchronised; migrate anew");
  checkTables(control_, plan_);
  return schema;
}

/// Of which tables the rows are remembered, as many as fit.
std::vector<RowMemory> Syncer::newMemory(const std::vector<PartDigests>& known) const {
  // A log tells more, and costs less.
  if (!options_.remember || options_.capture) return {};
  std::vector<RowMemory> memory(plan_.tables.size());
  std::int64_t left = RowMemory::rowsMax;
  for (std::size_t i = 0; i < memory.size(); ++i) {
    // It may have grown since; what is expected is twice as many at most.
    const std::int64_t rows = known[i].sum().rows;
    if (!isRemembered(plan_.tables[i]) || 2 * rows > left) continue;
    left -= rows;
    memory[i].known = true;
  }
  return memory;
}

/// Until the end of the transaction nobody else works on the run, nor writes to its tables.
void Syncer::lock(postgresql::BulkConnection& target) {
  target.execute(options_.dryRun ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
                                 : "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
  const std::string syncs =
      target.value("SELECT syncs FROM repot.runs WHERE run = " + quoteLiteral(run_.run) +
                   (options_.dryRun ? "" : " FOR UPDATE"));
  // Compiling takes longer than what is asked for here.
  target.execute("SET LOCAL jit = off");
  // What a sync committed must not be lost by a crash: the application may be led there next.
  if (target.value("SHOW synchronous_commit") == "off")
    target.execute("SET LOCAL synchronous_commit = on");
  if (statementLimit_.count() > 0)
    target.execute("SET LOCAL statement_timeout = " + std::to_string(statementLimit_.count()));
  // The session of a process that was killed may have committed its round after all.
  if (syncs == std::to_string(record_.syncs)) return;
  if (options_.capture)
    refuse("a sync that was stopped has come to its end meanwhile; run the same command again");
  readLedger();
}

std::vector<std::string> Syncer::objectFaults() {
  return during(Stage::run, [&] { return checkObjects(url_, plan_.targetSchema, plan_); });
}

std::vector<std::string> Syncer::targetFaults() {
  return during(Stage::run, [&] {
    std::vector<std::string> faults;
    std::int64_t rows = 0;
    for (const PartDigests& parts : known_)
      rows += parts.sum().rows;
    progress_.begin(Progress::Phase::verify, rows);
    postgresql::BulkConnection target(owner_.target());
    for (std::size_t i = 0; i < plan_.tables.size(); ++i) {
      const TableDigest found = digestTargetParts(target, plan_.targetSchema, plan_.tables[i],
                                                  known_[i].shift(), progress_)
                                    .sum();
      progress_.rows += found.rows;
      if (found != known_[i].sum())
        faults.push_back("the rows of table \"" + plan_.tables[i].target +
                         "\" are not those that the last sync left there");
    }
    return faults;
  });
}

void Syncer::setSequences(postgresql::BulkConnection& target) {
  const SourceSchema schema = readSourceSchema(source_->reader());
  for (TablePlan& table : plan_.tables) {
    for (ColumnPlan& column : table.columns) {
      if (!column.identity) continue;
      const SourceTable* const source = schema.find(table.source);
      const std::int64_t last = source != nullptr && source->rowidAlias
                                    ? lastIdOf(*source, table, schema)
                                    : std::max<std::int64_t>(table.rowidMax, 0);
      column.identityExhausted = last == std::numeric_limits<std::int64_t>::max();
      column.identityNext = column.identityExhausted ? last : last + 1;
      const std::string name = target.value("SELECT pg_catalog.pg_get_serial_sequence(" +
                                            quoteLiteral(nameOf(plan_, table)) + ", " +
                                            quoteLiteral(column.target) + ")");
      if (name.empty()) continue;
      const SequenceState state = readSequence(control_, name);
      if (column.identityExhausted ? state.exhausted()
                                   : !state.exhausted() && state.next == last + 1)
        continue;
      if (column.identityExhausted) {
        target.value("SELECT pg_catalog.setval(" + quoteLiteral(name) +
                     ", 9223372036854775807, true)");
      } else {
        target.execute("ALTER SEQUENCE " + name + " RESTART WITH " + std::to_string(last + 1));
      }
    }
  }
}

std::vector<std::string> Syncer::ledgerSql(const std::vector<PartDigests>& now) {
  std::vector<std::string> statements;
  for (std::size_t i = 0; i < plan_.tables.size(); ++i) {
    if (now[i].all() == known_[i].all() && now[i].shift() == known_[i].shift()) continue;
    std::vector<ChunkRecord> chunks = chunks_[i];
    std::vector<PartDigests> parts(chunks.size(), PartDigests(now[i].shift()));
    std::size_t at = 0;
    for (const auto& [index, digest] : now[i].all()) {
      const KeyRange range = now[i].rangeOf(index);
      // A part is kept by the last chunk that begins before it does.
      while (at + 1 < chunks.size() && chunks[at + 1].range.first <= range.first)
        ++at;
      parts[at].add(range.first, digest);
      KeyRange& all = chunks[at].range;
      if (at == 0) all.first = std::min(all.first, range.first);
      if (at + 1 == chunks.size()) all.last = std::max(all.last, range.last);
    }
    for (std::size_t each = 0; each < chunks.size(); ++each) {
      ChunkRecord& chunk = chunks[each];
      const ChunkRecord& before = chunks_[i][each];
      chunk.parts = parts[each].encode();
      chunk.digest = parts[each].sum();
      if (chunk.parts == before.parts && chunk.range.first == before.range.first &&
          chunk.range.last == before.range.last)
        continue;
      statements.push_back(renewChunkSql(run_.run, before.range.first, chunk));
    }
    chunks_[i] = std::move(chunks);
  }
  plan_.findings.clear();
  record_.plan = planToJson(plan_);
  record_.sourceState = fileState_;
  ++record_.syncs;
  statements.push_back(noteSyncSql(run_.run, record_));
  return statements;
}

void Syncer::readWhole(Found& found, const std::vector<bool>& tables) {
  readSourceTables(*source_, plan_, known_, tables, progress_, found.source);
  for (std::size_t i = 0; i < tables.size(); ++i)
    found.whole[i] = found.whole[i] || tables[i];
}

Syncer::Found Syncer::readSource() {
  Found found;
  found.source = {known_, std::vector<PartRows>(known_.size()), newMemory(known_)};
  found.whole.assign(known_.size(), false);
  std::vector<bool> tables;
  std::int64_t rows = 0;
  for (std::size_t i = 0; i < known_.size(); ++i) {
    tables.push_back(options_.overwrite || capture_->way(i) == Capture::Way::whole);
    if (tables[i]) rows += known_[i].sum().rows;
  }
  progress_.begin(Progress::Phase::scan, rows);
  refreshBounds(source_->reader(), plan_);
  readWhole(found, tables);
  return found;
}

ChangeTask Syncer::taskOf(postgresql::BulkConnection& target, const Found& found, std::size_t table,
                          bool stage) {
  ChangeTask task{plan_.tables[table],         plan_.targetSchema, &source_->reader(), target,
                  found.source.digests[table], known_[table],      options_.overwrite, stage,
                  stageNames(table),           progress_};
  const PartRows& changed = found.source.changed[table];
  task.changed = found.whole[table] && changed.known ? &changed : nullptr;
  const std::vector<RowMemory>& memory = found.source.memory;
  const bool remembered = stage && !options_.overwrite && table < memory_.size() &&
                          memory_[table].known && found.whole[table] && memory[table].known;
  task.before = remembered ? &memory_[table] : nullptr;
  task.now = remembered ? &memory[table] : nullptr;
  return task;
}

/// By the log where it names the rows; else, or where that is not enough, by digests.
void Syncer::findIn(postgresql::BulkConnection& target, Found& found, std::size_t table,
                    TableChange& change) {
  if (!found.whole[table]) {
    PartDigests now = known_[table];
    const auto captured =
        findCapturedChanges(taskOf(target, found, table, true), capture_->keysOf(table), now);
    if (captured) {
      change = *captured;
      found.source.digests[table] = std::move(now);
      return;
    }
    std::vector<bool> only(known_.size(), false);
    only[table] = true;
    readWhole(found, only);
  }
  change = findChanges(taskOf(target, found, table, !options_.dryRun));
}

void Syncer::findAll(postgresql::BulkConnection& target, Found& found, SyncReport& report) {
  std::vector<std::size_t> different;
  std::string names;
  std::vector<std::string> tables;
  for (std::size_t i = 0; i < plan_.tables.size(); ++i) {
    report.tables.push_back(
        {plan_.tables[i].source, plan_.tables[i].target, found.source.digests[i].sum().rows, {}});
    const bool logged = !found.whole[i] && capture_->way(i) == Capture::Way::keys;
    const bool equal = !found.whole[i] || found.source.digests[i].all() == known_[i].all();
    if (!logged && equal && !options_.overwrite) continue;
    different.push_back(i);
    tables.push_back(plan_.tables[i].target);
    names += (names.empty() ? "ONLY " : ", ONLY ") + nameOf(plan_, plan_.tables[i]);
  }
  progress_.begin(Progress::Phase::load, 0);
  if (!options_.dryRun && !names.empty())
    target.execute("LOCK TABLE " + names + " IN SHARE ROW EXCLUSIVE MODE");
  refuseMeddlers(target, plan_.targetSchema, tables);
  for (const std::size_t i : different) {
    const StageNames stage = stageNames(i);
    if (!options_.dryRun)
      target.execute(createStageSql(stage, plan_.targetSchema, plan_.tables[i]));
    SyncTable& table = report.tables[i];
    findIn(target, found, i, table.change);
    table.rows = found.source.digests[i].sum().rows;
    if (table.change.any()) found.staged.push_back({i, table.change, stage});
  }
}

/// The application may be led to the target next: what a failover could still lose is not there.
void Syncer::commit(postgresql::BulkConnection& target) {
  if (commitWatched(target, url_, options_.silentAfter, progress_)) return;
  throw Error(ErrorKind::timeout,
              "the target has stored the round, but no synchronous standby confirmed that in time; "
              "see to the standbys (pg_stat_replication), and run the same command again");
}

void Syncer::change(postgresql::BulkConnection& target, SyncReport& report) {
  Stopwatch stopwatch(report.phases);
  Found found = readSource();
  stopwatch.lap("read");
  findAll(target, found, report);
  stopwatch.lap("compare");
  if (options_.dryRun || (report.sum().foreign && !options_.overwrite)) return;
  applyChanges(target, plan_, found.staged, capture_->noteWriteSql());
  if (!found.staged.empty()) proveAgain(target, plan_);
  setSequences(target);
  stopwatch.lap("apply");
  progress_.begin(Progress::Phase::verify, 0);
  for (const StagedTable& table : found.staged) {
    if (readBackEqual(taskOf(target, found, table.table, false), table.change)) continue;
    throw Error(ErrorKind::internal, "table \"" + plan_.tables[table.table].source +
                                         "\": the rows that were written read back otherwise");
  }
  stopwatch.lap("verify");
  report.findings = plan_.findings;
  for (const std::string& statement : ledgerSql(found.source.digests))
    target.execute(statement);
  if (capture_->wanted() && capture_->trusted()) target.execute(capture_->noteMarkSql());
  progress_.throwIfStopped();
  progress_.begin(Progress::Phase::publish, 0);
  commit(target);
  report.committed = true;
  known_ = std::move(found.source.digests);
  memory_ = std::move(found.source.memory);
  capture_->committed();
  stopwatch.lap("commit");
}

/// All rows of the target are looked at once: from then on each that somebody else changes is seen
/// by the transaction that wrote it.
void Syncer::establishCapture(const std::string& since, SyncReport& report) {
  Stopwatch stopwatch(report.phases);
  report.faults = targetFaults();
  if (report.faults.empty()) capture_->establish(control_, since);
  stopwatch.lap("look at the target");
}

/// The transaction was rolled back with its session, or was not: the ledger is read again.
void Syncer::throwStaged(const Error& error) {
  record_.syncs = -1;
  memory_.clear();
  fileState_.clear();
  switch (error.kind()) {
    case ErrorKind::conflict:
    case ErrorKind::data:
    case ErrorKind::unique:
    case ErrorKind::notNull:
    case ErrorKind::check:
    case ErrorKind::permission:
      throw StageError{Stage::refused, error};
    default:
      throw StageError{Stage::run, error};
  }
}

SyncReport Syncer::round() {
  SyncReport report = nothingToDo();
  report.unchanged = false;
  reading(path_, [&] { openSource(); });
  // Between rounds nobody is held up, neither a checkpoint nor a writer.
  const std::unique_ptr<sqlite::SqliteSource, void (*)(sqlite::SqliteSource*)> leaving(
      &*source_, [](sqlite::SqliteSource* source) { source->leaveSnapshot(); });
  try {
    if (options_.capture && record_.syncs < 0) readLedger();
    const SourceSchema schema = checkSchemas();
    if (options_.capture) {
      // The mark has to be in the snapshot.
      source_->leaveSnapshot();
      capture_->mark(plan_, schema);
      source_->refreshSnapshot();
      checkSchemas();
      capture_->judge(source_->reader(), plan_);
      report.capture = capture_->report();
      if (capture_->nothingToDo()) {
        report.unchanged = true;
        return report;
      }
    }
    std::string since;
    {
      postgresql::BulkConnection target(owner_.target());
      lock(target);
      if (options_.capture && !capture_->trusted()) since = target.value(Capture::sinceSql());
      change(target, report);
    }
    if (!since.empty() && report.committed) establishCapture(since, report);
  } catch (const Error& error) {
    throwStaged(error);
  }
  // What the files say can only be looked at before this process has them open.
  fileState_.clear();
  return report;
}

}  // namespace repot::migrate
