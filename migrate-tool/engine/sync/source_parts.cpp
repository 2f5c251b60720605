// See source_parts.hpp.
#include "engine/sync/source_parts.hpp"

#include "engine/run/chunks.hpp"
#include "engine/run/row_source.hpp"
#include "engine/run/workers.hpp"

#include <repot/error.hpp>

#include <atomic>
#include <limits>
#include <mutex>
#include <optional>

namespace repot::migrate {
namespace {

struct Task {
  std::size_t table = 0;
  KeyRange rowids;  ///< Of a table that has such.
  bool whole = true;
};

/// Tables, or ranges of large ones where several streams can share them: by the rowid, whatever the
/// key is.
std::vector<Task> tasksOf(const Plan& plan, std::size_t streams, const std::vector<bool>& wanted) {
  constexpr std::size_t piecesMax = 64;
  constexpr std::uint64_t pieceKeysMin = 50'000;
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < plan.tables.size(); ++i) {
    if (!wanted[i]) continue;
    TablePlan shape = plan.tables[i];
    shape.rangeColumn = 0;
    const Chunks pieces(shape, piecesMax, pieceKeysMin);
    const std::size_t count = streams > 1 && !shape.rowidName.empty() ? pieces.count() : 1;
    for (std::size_t piece = 0; piece < count; ++piece) {
      const KeyBounds bounds = pieces.bounds(piece, piece);
      tasks.push_back({i,
                       {bounds.first.value_or(std::numeric_limits<std::int64_t>::min()),
                        bounds.last.value_or(std::numeric_limits<std::int64_t>::max())},
                       count == 1});
    }
  }
  return tasks;
}

}  // namespace

void refreshBounds(sqlite::SqliteReader& reader, Plan& plan) {
  for (TablePlan& table : plan.tables) {
    if (table.rowidName.empty()) continue;
    const std::string name = quoteIdentifier(table.source);
    const std::string rowid = quoteIdentifier(table.rowidName);
    sqlite::Statement row = reader.prepare("SELECT (SELECT min(" + rowid + ") FROM " + name +
                                           "), (SELECT max(" + rowid + ") FROM " + name + ")");
    const bool rows = row.step() && !row.isNull(0);
    table.rowidMin = rows ? row.int64(0) : 0;
    table.rowidMax = rows ? row.int64(1) : -1;
  }
}

void readSourceTables(sqlite::SqliteSource& source, const Plan& plan,
                      const std::vector<PartDigests>& ledger, const std::vector<bool>& wanted,
                      Progress& progress, SourceTables& tables) {
  constexpr std::int64_t reportRows = 1024;
  std::atomic<std::int64_t> left = PartRows::rowsMax;
  // Where the ledger has no rows, all are new: they are better read by ranges than one by one.
  std::vector<bool> watched(wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!wanted[i]) continue;
    tables.digests[i] = PartDigests(ledger[i].shift());
    watched[i] = plan.tables[i].rangeColumn.has_value() && !ledger[i].all().empty();
    tables.changed[i] = {watched[i], {}};
  }
  for (const PartRows& each : tables.changed)
    left -= static_cast<std::int64_t>(each.rows.size());
  const std::vector<Task> tasks = tasksOf(plan, source.readerCount(), wanted);
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  runWorkers(source.readerCount(), progress, [&](std::size_t worker) {
    for (std::size_t i = next++; i < tasks.size(); i = next++) {
      const std::size_t index = tasks[i].table;
      const TablePlan& table = plan.tables[index];
      PartDigests parts(ledger[index].shift());
      PartWatch watch(ledger[index], tasks[i].rowids, left);
      std::vector<RememberedRow> rememberedRows;
      const bool remembered = !tables.memory.empty() && tables.memory[index].known;
      std::int64_t rows = 0;
      try {
        visitSourceRows(
            source.reader(worker), table, {},
            [&](std::string_view canonical, std::int64_t key, std::int64_t rowid) {
              TableDigest row;
              row.addRow(canonical);
              parts.add(key, row);
              if (watched[index]) watch.add(key, row);
              if (remembered) rememberedRows.push_back(remember(canonical, table, rowid));
              if (++rows % reportRows != 0) return;
              progress.throwIfStopped();
              progress.rows += reportRows;
            },
            tasks[i].whole ? std::nullopt : std::optional(tasks[i].rowids));
      } catch (const Error& error) {
        throw error.within("reading table \"" + table.source + "\"");
      }
      progress.throwIfStopped();
      progress.rows += rows % reportRows;
      const std::lock_guard lock(mutex);
      tables.digests[index].merge(parts);
      watch.addTo(tables.changed[index]);
      if (!remembered) continue;
      std::vector<RememberedRow>& all = tables.memory[index].rows;
      all.insert(all.end(), rememberedRows.begin(), rememberedRows.end());
    }
  });
  for (PartRows& each : tables.changed)
    each.sort();
  for (RowMemory& each : tables.memory)
    each.sort();
}

}  // namespace repot::migrate
