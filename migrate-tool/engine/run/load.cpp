// Streams rows: a queue of tables and rowid ranges, the largest first; see load.hpp.
#include "engine/run/load.hpp"

#include "engine/run/row_source.hpp"
#include "engine/run/workers.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <chrono>
#include <limits>
#include <mutex>
#include <optional>

namespace repot::migrate {
namespace {

using Clock = std::chrono::steady_clock;

// Below this a second stream costs more than it brings.
constexpr std::int64_t splitBytes = 32 << 20;
constexpr std::int64_t piecesMax = 64;

struct Task {
  std::size_t table = 0;
  std::optional<KeyRange> range;
  std::int64_t bytes = 0;
};

/// Cuts the rowids into pieces of equal width. Unsigned arithmetic, as the width may pass 2^63;
/// where the rowids are sparse some pieces are empty, which costs one look into the b-tree each.
void splitTable(std::size_t index, const TablePlan& table, std::vector<Task>& tasks) {
  const std::int64_t pieces = std::clamp<std::int64_t>(table.bytes / splitBytes, 1, piecesMax);
  if (pieces == 1 || table.rowidName.empty() || table.rowidMax < table.rowidMin) {
    tasks.push_back({index, std::nullopt, table.bytes});
    return;
  }
  const auto first = static_cast<std::uint64_t>(table.rowidMin);
  const std::uint64_t width = static_cast<std::uint64_t>(table.rowidMax) - first;
  const std::uint64_t step = width / static_cast<std::uint64_t>(pieces) + 1;
  for (std::uint64_t offset = 0;; offset += step) {
    const std::uint64_t last = step - 1 < width - offset ? offset + step - 1 : width;
    tasks.push_back({index,
                     KeyRange{static_cast<std::int64_t>(first + offset),
                              static_cast<std::int64_t>(first + last)},
                     table.bytes / pieces});
    if (last == width) return;
  }
}

class Queue {
 public:
  explicit Queue(const Plan& plan) {
    for (std::size_t i = 0; i < plan.tables.size(); ++i)
      splitTable(i, plan.tables[i], tasks_);
    // The largest last, as they are taken from the back.
    std::stable_sort(tasks_.begin(), tasks_.end(),
                     [](const Task& a, const Task& b) { return a.bytes < b.bytes; });
  }
  std::optional<Task> take() {
    const std::lock_guard lock(mutex_);
    if (tasks_.empty()) return std::nullopt;
    const Task task = tasks_.back();
    tasks_.pop_back();
    return task;
  }

 private:
  std::mutex mutex_;
  std::vector<Task> tasks_;
};

void addTo(TableLoad& sum, const TableLoad& part) {
  sum.rows += part.rows;
  sum.rowsSetAside += part.rowsSetAside;
  sum.bytes += part.bytes;
  sum.seconds += part.seconds;
  sum.columns.resize(part.columns.size());
  for (std::size_t i = 0; i < part.columns.size(); ++i) {
    sum.columns[i].add(part.columns[i]);
  }
}

void addTo(SideDigests& sum, const SideDigests& part) {
  sum.chunks.resize(part.chunks.size());
  for (std::size_t i = 0; i < part.chunks.size(); ++i)
    sum.chunks[i].add(part.chunks[i]);
}

/// What the encoder wants; for digests the generated columns behind that.
std::string selectSql(const TablePlan& table, const RowEncoder& encoder, bool ranged,
                      bool generatedToo) {
  // A table of nothing but generated columns still has rows, which SQLite selects as constants.
  std::string sql = "SELECT " + (encoder.sourceColumns().empty() ? "1" : encoder.sourceColumns());
  for (const ColumnPlan& column : table.columns) {
    if (generatedToo && column.generatedSql) sql += ", " + quoteIdentifier(column.source);
  }
  sql += " FROM " + quoteIdentifier(table.source);
  // By the table itself: an index may disagree with a damaged table.
  if (!table.rowidName.empty()) sql += " NOT INDEXED";
  if (ranged) sql += " WHERE " + quoteIdentifier(table.rowidName) + " BETWEEN ?1 AND ?2";
  return sql;
}

/// Of the rows of that SELECT, which has so many columns.
SourceRow canonicalRow(const TablePlan& table, int selected) {
  int next = 0;
  int generated = selected - static_cast<int>(std::count_if(
                                 table.columns.begin(), table.columns.end(),
                                 [](const ColumnPlan& column) { return column.generatedSql; }));
  std::vector<int> positions;
  for (const ColumnPlan& column : table.columns)
    positions.push_back(column.generatedSql ? generated++ : next++);
  return {table, std::move(positions), next};
}

}  // namespace

TableLoad loadTable(const TablePlan& table, const std::optional<KeyRange>& range,
                    sqlite::SqliteReader& reader, postgresql::BulkConnection& connection,
                    const std::string& schema, const LoadOptions& options, Quarantine* quarantine,
                    Progress& progress, SideDigests* digests) {
  constexpr std::int64_t reportRows = 1024;
  const auto start = Clock::now();
  RowEncoder encoder(table, quarantine);
  const bool hasColumns = !encoder.targetColumns().empty();
  sqlite::Statement rows =
      reader.prepare(selectSql(table, encoder, range.has_value(), digests != nullptr));
  if (range) rows.bind(1, range->first).bind(2, range->last);

  postgresql::CopyWriter writer(
      connection,
      "COPY " + quoteIdentifier(schema) + '.' + quoteIdentifier(table.target) +
          (hasColumns ? " (" + encoder.targetColumns() + ")" : std::string()) +
          " FROM STDIN (FORMAT binary)",
      options.batchBytes);
  TableLoad load;
  std::int64_t read = 0, reported = 0, sent = 0;
  std::optional<Digester> digester;
  std::optional<SourceRow> canonical;
  if (digests != nullptr) {
    digester.emplace(table);
    canonical.emplace(canonicalRow(table, rows.columnCount()));
  }
  while (rows.step()) {
    if (encoder.encode(rows, writer)) {
      writer.rowDone();
      ++load.rows;
    } else {
      ++load.rowsSetAside;
    }
    if (canonical && canonical->read(rows)) digester->add(canonical->canonical(), canonical->key());
    if (options.rate && writer.bytes() > sent) {
      options.rate->spend(writer.bytes() - sent, progress);
      sent = writer.bytes();
    }
    if (++read - reported == reportRows) {
      progress.throwIfStopped();
      progress.rows += reportRows;
      reported = read;
    }
  }
  const long long stored = writer.finish();
  if (stored != load.rows) {
    throw Error(ErrorKind::internal,
                "table \"" + table.source + "\": " + std::to_string(load.rows) +
                    " rows were sent, but the server counts " + std::to_string(stored));
  }
  if (digester) digester->addTo(*digests);
  progress.rows += read - reported;
  load.bytes = writer.bytes();
  progress.bytes += load.bytes;
  load.columns = encoder.ledger();
  load.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return load;
}

std::vector<TableLoad> loadTables(sqlite::SqliteSource& source, const DatabaseUrl& target,
                                  const std::string& schema, const Plan& plan,
                                  const LoadOptions& options, Quarantine* quarantine,
                                  Progress& progress, std::vector<SideDigests>* digests) {
  std::int64_t total = 0;
  for (const TablePlan& table : plan.tables)
    total += table.rows;
  progress.begin(Progress::Phase::load, total);
  Queue queue(plan);
  std::mutex mutex;
  std::vector<TableLoad> loads(plan.tables.size());
  if (digests != nullptr) digests->assign(plan.tables.size(), {});
  runWorkers(source.readerCount(), progress, [&](std::size_t worker) {
    postgresql::BulkConnection connection(target);
    // Publishing waits for the disk, for this and all before; see Control::commitLazily().
    connection.execute("SET synchronous_commit = off");
    while (const auto task = queue.take()) {
      progress.throwIfStopped();
      const TablePlan& table = plan.tables[task->table];
      try {
        SideDigests digest;
        const TableLoad load =
            loadTable(table, task->range, source.reader(worker), connection, schema, options,
                      quarantine, progress, digests != nullptr ? &digest : nullptr);
        const std::lock_guard lock(mutex);
        addTo(loads[task->table], load);
        if (digests != nullptr) addTo((*digests)[task->table], digest);
      } catch (const Error& error) {
        throw error.within("loading table \"" + table.source + "\"");
      }
    }
  });
  if (quarantine != nullptr) quarantine->finish();
  return loads;
}

}  // namespace repot::migrate
