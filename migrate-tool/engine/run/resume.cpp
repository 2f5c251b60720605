// Nothing is taken on trust: the snapshot is another than that of the earlier attempt; see
// resume.hpp.
#include "engine/run/resume.hpp"

#include "engine/run/load_tasks.hpp"
#include "engine/run/staging.hpp"
#include "engine/run/workers.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

namespace repot::migrate {
namespace {

struct Candidate {
  std::size_t table = 0;
  ChunkRecord chunk;
  SideDigests digests;  ///< Of the source as it is now.
  bool stands = false;
};

bool isWhole(const KeyRange& range) {
  return range.first == ChunkRecord::lowest && range.last == ChunkRecord::highest;
}

std::vector<Candidate> candidatesOf(Control& control, const RunRecord& run, const Plan& plan) {
  std::vector<Candidate> candidates;
  for (ChunkRecord& chunk : Ledger(control).chunks(run.run)) {
    const auto table =
        std::find_if(plan.tables.begin(), plan.tables.end(),
                     [&](const TablePlan& each) { return each.target == chunk.table; });
    if (table == plan.tables.end()) {
      throw Error(ErrorKind::conflict, "the ledger of the run " + run.run + " has the table \"" +
                                           chunk.table + "\", which the plan has not");
    }
    candidates.push_back(
        {static_cast<std::size_t>(table - plan.tables.begin()), std::move(chunk), {}, false});
  }
  return candidates;
}

/// Digests the source's rows of each candidate and compares.
void compare(sqlite::SqliteSource& source, const Plan& plan, std::vector<Candidate>& candidates,
             KnownDigests& known, Progress& progress) {
  std::int64_t rows = 0;
  for (const Candidate& candidate : candidates)
    rows += candidate.chunk.load.rows;
  progress.begin(Progress::Phase::load, rows);
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  runWorkers(std::min(source.readerCount(), candidates.size()), progress, [&](std::size_t worker) {
    for (std::size_t i = next++; i < candidates.size(); i = next++) {
      progress.throwIfStopped();
      Candidate& candidate = candidates[i];
      const TablePlan& table = plan.tables[candidate.table];
      const ChunkRecord& chunk = candidate.chunk;
      const bool whole = isWhole(chunk.range);
      if (table.usesQuarantine() || (!whole && table.rowidName.empty())) continue;
      {
        const std::lock_guard lock(mutex);
        if (const SideDigests* found = known.find(chunk)) candidate.digests = *found;
      }
      if (candidate.digests.chunks.empty()) {
        candidate.digests = digestSource(table, whole ? std::nullopt : std::optional(chunk.range),
                                         source.reader(worker), progress);
      }
      candidate.stands = candidate.digests.sum() == chunk.digest;
      progress.rows += chunk.load.rows;
      const std::lock_guard lock(mutex);
      if (candidate.stands) known.add(chunk, candidate.digests);
    }
  });
}

std::string nameOf(const RunRecord& run, const std::string& table) {
  return quoteIdentifier(run.stagingSchema) + '.' + quoteIdentifier(table);
}

/// Takes the rows of chunks that do not stand out of the target. Where the target's rows cannot be
/// told by the rowid the whole table goes, with those of its chunks that would have stood.
void removeFallen(Control& control, const RunRecord& run, const Plan& plan,
                  std::vector<Candidate>& candidates) {
  for (std::size_t i = 0; i < plan.tables.size(); ++i) {
    const TablePlan& table = plan.tables[i];
    std::vector<std::string> statements;
    bool whole = false;
    for (const Candidate& candidate : candidates) {
      if (candidate.table != i || candidate.stands) continue;
      const KeyRange& range = candidate.chunk.range;
      whole = whole || !table.rangeColumn || isWhole(range);
      if (whole) break;
      const std::string bounds =
          " BETWEEN " + std::to_string(range.first) + " AND " + std::to_string(range.last);
      statements.push_back("DELETE FROM " + nameOf(run, table.target) + " WHERE " +
                           quoteIdentifier(table.columns[*table.rangeColumn].target) + bounds);
      statements.push_back(forgetChunksSql(run.run, table.target, range));
    }
    if (whole) {
      statements = {
          "TRUNCATE " + nameOf(run, table.target),
          forgetChunksSql(run.run, table.target, {ChunkRecord::lowest, ChunkRecord::highest})};
      for (Candidate& candidate : candidates)
        candidate.stands = candidate.stands && candidate.table != i;
    }
    if (!statements.empty()) control.transaction(statements);
  }
  if (!plan.quarantine.empty()) control.execute("TRUNCATE " + nameOf(run, plan.quarantine));
}

}  // namespace

const SideDigests* KnownDigests::find(const ChunkRecord& chunk) const {
  const auto found = digests_.find({chunk.table, chunk.range.first, chunk.range.last});
  return found == digests_.end() ? nullptr : &found->second;
}

void KnownDigests::add(const ChunkRecord& chunk, SideDigests digests) {
  digests_[{chunk.table, chunk.range.first, chunk.range.last}] = std::move(digests);
}

Standing keepWhatStands(sqlite::SqliteSource& source, Control& control, const RunRecord& run,
                        const Plan& plan, const LoadOptions& options, KnownDigests& known,
                        Progress& progress) {
  std::vector<Candidate> candidates = candidatesOf(control, run, plan);
  compare(source, plan, candidates, known, progress);
  dropViews(control, run.stagingSchema);

  Standing standing;
  standing.ledger.run = run.run;
  standing.ledger.known = &known;
  const auto collect = [&] {
    standing.ledger.kept.assign(plan.tables.size(), {});
    for (const Candidate& candidate : candidates) {
      if (candidate.stands) standing.ledger.kept[candidate.table].push_back(candidate.chunk.range);
    }
  };
  collect();
  const bool falls = std::any_of(candidates.begin(), candidates.end(),
                                 [](const Candidate& candidate) { return !candidate.stands; });
  const LoadPace pace({1, 1, options.chunkBytes});
  if (falls || !LoadQueue(plan, standing.ledger.kept, pace).empty())
    dropObjects(control, run.stagingSchema);
  removeFallen(control, run, plan, candidates);
  collect();

  standing.loads.resize(plan.tables.size());
  standing.digests.resize(plan.tables.size());
  for (const Candidate& candidate : candidates) {
    const TablePlan& table = plan.tables[candidate.table];
    if (!candidate.stands) {
      ++standing.renewed;
      if (standing.renewedTables.empty() || standing.renewedTables.back() != table.source)
        standing.renewedTables.push_back(table.source);
      continue;
    }
    ++standing.kept;
    standing.ledger.keptRows += candidate.chunk.load.rows;
    standing.loads[candidate.table].add(candidate.chunk.load);
    standing.digests[candidate.table].add(candidate.digests);
  }
  return standing;
}

}  // namespace repot::migrate
