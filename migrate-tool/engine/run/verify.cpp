// Digests of both sides, chunk by chunk, and the rows behind those that differ; see verify.hpp.
#include "engine/run/verify.hpp"

#include "engine/run/chunks.hpp"
#include "engine/run/row_source.hpp"
#include "engine/run/workers.hpp"

#include <repot/error.hpp>
#include <repot/scalar_text.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>

namespace repot::migrate {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t reportRows = 1024;
/// Below this a second stream for a table costs more than it brings.
constexpr std::uint64_t pieceKeysMin = 100'000;
constexpr std::size_t piecesMax = 64;

struct TableDigests {
  explicit TableDigests(const TablePlan& table) : chunks(digestChunks(table)) {
    source.chunks.resize(chunks.count());
    target.chunks.resize(chunks.count());
  }
  Chunks chunks;
  SideDigests source;
  SideDigests target;
};

struct Task {
  std::size_t table = 0;
  TargetBounds bounds;  ///< On the source only those of keys.
};

/// A table as a whole, or its ranges where several streams can share it.
void addByKeys(std::size_t index, const TablePlan& table, bool split, std::vector<Task>& tasks) {
  const Chunks pieces(table, split ? piecesMax : 1, pieceKeysMin);
  const std::size_t count = split ? pieces.count() : 1;
  for (std::size_t piece = 0; piece < count; ++piece)
    tasks.push_back({index, {split ? pieces.bounds(piece, piece) : KeyBounds{}, {}}});
}

std::vector<Task> sourceTasks(const Plan& plan, std::size_t streams) {
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < plan.tables.size(); ++i)
    addByKeys(i, plan.tables[i], streams > 1, tasks);
  return tasks;
}

/// How many pages a table that a run made has; 0 where it is not to be read by pages: the
/// application's own table may be one of an extension, and a server before 14 would read all of the
/// table for each piece.
std::int64_t pagesOf(postgresql::BulkConnection& connection, const std::string& schema,
                     const TablePlan& table) {
  constexpr std::int64_t bytesMin = std::int64_t{16} << 20;
  const bool existing = std::any_of(table.columns.begin(), table.columns.end(),
                                    [](const ColumnPlan& column) { return column.existing; });
  if (table.bytes < bytesMin || table.partitioned || existing) return 0;
  const std::string name = quoteIdentifier(schema) + '.' + quoteIdentifier(table.target);
  const std::string pages = connection.value(
      "SELECT pg_catalog.pg_relation_size(" + quoteLiteral(name) +
      "::pg_catalog.regclass) / pg_catalog.current_setting('block_size')::bigint WHERE "
      "pg_catalog.current_setting('server_version_num')::int >= 140000");
  return pages.empty() ? 0 : formats::parseNumber<std::int64_t>(pages);
}

std::vector<Task> targetTasks(const Plan& plan, TargetSnapshot& target, const std::string& schema) {
  constexpr std::int64_t piecePagesMin = 2048;  // 16 MiB.
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < plan.tables.size(); ++i) {
    const TablePlan& table = plan.tables[i];
    const std::int64_t pages = target.streams() > 1 ? pagesOf(target.stream(0), schema, table) : 0;
    if (pages < 2 * piecePagesMin) {
      // Without an index every range would cost the target a pass over the whole table.
      addByKeys(i, table, target.streams() > 1 && table.rangeIndexed, tasks);
      continue;
    }
    const std::int64_t size =
        std::max(piecePagesMin, pages / static_cast<std::int64_t>(piecesMax) + 1);
    for (std::int64_t first = 0; first < pages; first += size)
      tasks.push_back({i, {{}, KeyRange{first, std::min(first + size, pages)}}});
  }
  // Large tables first, so that no stream is left with one at the end.
  std::stable_sort(tasks.begin(), tasks.end(), [&](const Task& left, const Task& right) {
    return plan.tables[left.table].bytes > plan.tables[right.table].bytes;
  });
  return tasks;
}

class Verifier {
 public:
  Verifier(sqlite::SqliteSource& source, TargetSnapshot& target, const std::string& schema,
           const Plan& plan, const std::vector<SideDigests>* copied, Progress& progress)
      : source_(source),
        target_(target),
        schema_(schema),
        plan_(plan),
        readsSource_(copied == nullptr),
        progress_(progress) {
    for (std::size_t i = 0; i < plan.tables.size(); ++i) {
      digests_.emplace_back(plan.tables[i]);
      if (copied != nullptr) digests_.back().source = copied->at(i);
    }
  }

  void digestAll() {
    const std::vector<Task> ours = sourceTasks(plan_, source_.readerCount());
    const std::vector<Task> theirs = targetTasks(plan_, target_, schema_);
    std::atomic<std::size_t> nextOurs = 0, nextTheirs = 0;
    const std::size_t readers = readsSource_ ? source_.readerCount() : 0;
    runWorkers(readers + target_.streams(), progress_, [&](std::size_t worker) {
      const bool isSource = worker < readers;
      const std::vector<Task>& tasks = isSource ? ours : theirs;
      std::atomic<std::size_t>& next = isSource ? nextOurs : nextTheirs;
      for (std::size_t i = next++; i < tasks.size(); i = next++) {
        digest(tasks[i], isSource, isSource ? worker : worker - readers);
      }
    });
  }

  TableVerification compare(std::size_t index, const VerifyOptions& options) {
    const TableDigests& digests = digests_[index];
    TableVerification result;
    result.seconds = std::max(digests.source.seconds, digests.target.seconds);
    result.chunks = digests.chunks.count();
    for (std::size_t i = 0; i < result.chunks; ++i) {
      result.source.add(digests.source.chunks[i]);
      result.target.add(digests.target.chunks[i]);
      if (digests.source.chunks[i] != digests.target.chunks[i]) ++result.differentChunks;
    }
    if (result.differentChunks > 0) drillDown(index, options.limit, result);
    return result;
  }

 private:
  void digest(const Task& task, bool isSource, std::size_t stream) {
    const auto start = Clock::now();
    const TablePlan& table = plan_.tables[task.table];
    TableDigests& digests = digests_[task.table];
    SideDigests& side = isSource ? digests.source : digests.target;
    progress_.throwIfStopped();
    try {
      Digester digester(table);
      std::int64_t rows = 0;
      const auto visit = [&](std::string_view canonical, std::int64_t key) {
        digester.add(canonical, key);
        if (++rows % reportRows != 0) return;
        progress_.throwIfStopped();
        progress_.rows += reportRows;
      };
      if (isSource) {
        visitSourceRows(source_.reader(stream), table, task.bounds.keys, visit);
      } else {
        visitTargetRows(target_.stream(stream), schema_, table, task.bounds, visit);
      }
      progress_.rows += rows % reportRows;
      const std::lock_guard lock(mutex_);
      digester.addTo(side);
      side.seconds += std::chrono::duration<double>(Clock::now() - start).count();
    } catch (const Error& error) {
      throw error.within("verifying table \"" + table.source + "\"");
    }
  }

  /// Reads the chunks that differ once more, until `limit` rows are named.
  void drillDown(std::size_t index, std::size_t limit, TableVerification& result) {
    const TableDigests& digests = digests_[index];
    const std::size_t count = result.chunks;
    // Where the target must read all of the table for a range of it, one pass is the least.
    const bool whole = count == 1 || !plan_.tables[index].rangeIndexed;
    std::size_t digestCount = 0;
    bool complete = true;
    for (std::size_t i = 0; i < (whole ? 1 : count); ++i) {
      progress_.throwIfStopped();
      if (!whole && digests.source.chunks[i] == digests.target.chunks[i]) continue;
      if (result.rows.size() >= limit) {
        complete = false;
        break;
      }
      const std::int64_t rows =
          whole ? std::max(result.source.rows, result.target.rows)
                : std::max(digests.source.chunks[i].rows, digests.target.chunks[i].rows);
      Differences found = findDifferences(
          source_.reader(0), target_.stream(0), schema_, plan_.tables[index],
          whole ? KeyBounds{} : digests.chunks.bounds(i, i), rows, limit - result.rows.size());
      digestCount += found.digests;
      complete = complete && found.complete;
      std::move(found.rows.begin(), found.rows.end(), std::back_inserter(result.rows));
    }
    for (const RowDifference& row : result.rows)
      result.differences.push_back(row.sentence);
    if (!complete) {
      result.differences.push_back("… and more; " + std::to_string(digestCount) +
                                   " row digests differ at least");
    }
  }

  sqlite::SqliteSource& source_;
  TargetSnapshot& target_;
  const std::string& schema_;
  const Plan& plan_;
  const bool readsSource_;
  Progress& progress_;
  std::vector<TableDigests> digests_;
  std::mutex mutex_;
};

}  // namespace

bool Verification::equal() const {
  return objectFaults.empty() &&
         std::all_of(tables.begin(), tables.end(), [](const auto& table) { return table.equal(); });
}

Verification verifyTables(sqlite::SqliteSource& source, TargetSnapshot& target,
                          const std::string& schema, const Plan& plan, const VerifyOptions& options,
                          Progress& progress, const std::vector<SideDigests>* copied) {
  std::int64_t total = 0;
  for (const TablePlan& table : plan.tables)
    total += table.rows;
  progress.begin(Progress::Phase::verify, copied == nullptr ? 2 * total : total);
  Verifier verifier(source, target, schema, plan, copied, progress);
  verifier.digestAll();
  Verification verification;
  for (std::size_t i = 0; i < plan.tables.size(); ++i)
    verification.tables.push_back(verifier.compare(i, options));
  return verification;
}

}  // namespace repot::migrate
