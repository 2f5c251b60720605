// Streams rows; see load.hpp.
#include "engine/run/load.hpp"

#include "engine/run/ledger.hpp"
#include "engine/run/load_tasks.hpp"
#include "engine/run/loading_rows.hpp"
#include "engine/run/resume.hpp"
#include "engine/run/row_source.hpp"
#include "engine/run/workers.hpp"
#include "engine/text_check.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace repot::migrate {
namespace {

using Clock = std::chrono::steady_clock;

/// The columns that a digest wants, and how it finds them.
struct SourceRows {
  SourceRows(const TablePlan& table, const RowEncoder& encoder,
             const std::optional<KeyRange>& range, sqlite::SqliteReader& reader, bool digested,
             PartDigests* parts = nullptr)
      : rows(reader.prepare(loadingSql(table, encoder, range.has_value(), digested))) {
    if (range) rows.bind(1, range->first).bind(2, range->last);
    if (!digested) return;
    digester.emplace(table, parts);
    canonical.emplace(loadingRow(table, rows.columnCount()));
  }
  void digestRow() {
    if (canonical && canonical->read(rows)) digester->add(canonical->canonical(), canonical->key());
  }

  sqlite::Statement rows;
  std::optional<Digester> digester;
  std::optional<SourceRow> canonical;
};

/// The key, or else the rowid, of the row that was sent as the `number`th.
std::string rowSent(const TablePlan& table, const RowEncoder& encoder,
                    const std::optional<KeyRange>& range, sqlite::SqliteReader& reader,
                    long long number) {
  std::vector<std::string> names;
  for (const std::size_t column : table.key)
    names.push_back(table.columns[column].source);
  if (names.empty() && !table.rowidName.empty()) names.push_back(table.rowidName);
  std::string list;
  for (const std::string& name : names)
    list += quoteIdentifier(name) + " AS " + quoteIdentifier(name) + ", ";
  // With all columns, as they were read, since another SELECT might go by an index.
  std::string sql = loadingSql(table, encoder, range.has_value(), /*generatedToo=*/false);
  sql.insert(std::string_view("SELECT ").size(), list);
  sqlite::Statement row = reader.prepare(sql + " LIMIT 1 OFFSET " + std::to_string(number - 1));
  if (range) row.bind(1, range->first).bind(2, range->last);
  std::string text = "the row ";
  if (!row.step() || names.empty()) return text + std::to_string(number);
  for (int i = 0; i < static_cast<int>(names.size()); ++i)
    text += (i == 0 ? "" : ", ") + std::string(row.columnName(i)) + '=' + spellValue(row.raw(), i);
  return text;
}

}  // namespace

void TableLoad::add(const TableLoad& other) {
  rows += other.rows;
  rowsSetAside += other.rowsSetAside;
  bytes += other.bytes;
  seconds += other.seconds;
  columns.resize(std::max(columns.size(), other.columns.size()));
  for (std::size_t i = 0; i < other.columns.size(); ++i)
    columns[i].add(other.columns[i]);
}

SideDigests digestSource(const TablePlan& table, const std::optional<KeyRange>& range,
                         sqlite::SqliteReader& reader, Progress& progress) {
  constexpr std::int64_t reportRows = 1024;
  SourceRows source(table, RowEncoder(table), range, reader, true);
  for (std::int64_t read = 1; source.rows.step(); ++read) {
    source.digestRow();
    if (read % reportRows == 0) progress.throwIfStopped();
  }
  SideDigests digests;
  source.digester->addTo(digests);
  return digests;
}

TableLoad loadTable(const TablePlan& table, const std::optional<KeyRange>& range,
                    sqlite::SqliteReader& reader, postgresql::BulkConnection& connection,
                    const std::string& schema, const LoadOptions& options, Quarantine* quarantine,
                    Progress& progress, SideDigests* digests, bool chunk, PartDigests* parts) {
  constexpr std::int64_t reportRows = 1024;
  const auto start = Clock::now();
  RowEncoder encoder(table, quarantine);
  const bool hasColumns = !encoder.targetColumns().empty();
  SourceRows source(table, encoder, range, reader, digests != nullptr, parts);
  sqlite::Statement& rows = source.rows;

  postgresql::CopyWriter writer(
      connection,
      // One message, so that a transaction costs no way to the server.
      (chunk ? "BEGIN; COPY " : "COPY ") + quoteIdentifier(schema) + '.' +
          quoteIdentifier(table.target) +
          (hasColumns ? " (" + encoder.targetColumns() + ")" : std::string()) +
          " FROM STDIN (FORMAT binary)",
      options.batchBytes);
  TableLoad load;
  std::int64_t read = 0, reported = 0, sent = 0;
  const auto obeyRate = [&] {
    if (options.rate && writer.bytes() > sent) options.rate->spend(writer.bytes() - sent, progress);
    sent = writer.bytes();
  };
  const auto copy = [&] {
    while (rows.step()) {
      if (encoder.encode(rows, writer)) {
        writer.rowDone();
        ++load.rows;
      } else {
        ++load.rowsSetAside;
      }
      source.digestRow();
      obeyRate();
      if (++read - reported == reportRows) {
        chunk ? progress.throwIfFailed() : progress.throwIfStopped();
        progress.rows += reportRows;
        reported = read;
      }
    }
    return writer.finish();
  };
  long long stored = 0;
  try {
    stored = copy();
  } catch (const Error& error) {
    // Rows that are set aside are not sent, and which number the others have is not known then.
    const long long number = load.rowsSetAside == 0 ? writer.failedRow(table.target) : 0;
    if (number == 0) throw;
    throw error.within(rowSent(table, encoder, range, reader, number));
  }
  obeyRate();
  if (stored != load.rows) {
    throw Error(ErrorKind::internal,
                "table \"" + table.source + "\": " + std::to_string(load.rows) +
                    " rows were sent, but the server counts " + std::to_string(stored));
  }
  if (source.digester) source.digester->addTo(*digests);
  progress.rows += read - reported;
  load.bytes = writer.bytes();
  progress.bytes += load.bytes;
  load.columns = encoder.ledger();
  load.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return load;
}

std::vector<TableLoad> loadTables(sqlite::SqliteSource& source, const DatabaseUrl& target,
                                  const std::string& schema, const Plan& plan,
                                  const LoadOptions& options, LoadPace& pace,
                                  Quarantine* quarantine, Progress& progress,
                                  std::vector<SideDigests>* digests, const LoadLedger* ledger) {
  std::int64_t total = ledger != nullptr ? -ledger->keptRows : 0;
  for (const TablePlan& table : plan.tables)
    total += table.rows;
  progress.begin(Progress::Phase::load, total);
  LoadQueue queue(plan, ledger != nullptr ? ledger->kept : std::vector<std::vector<KeyRange>>(),
                  pace);
  std::mutex mutex;
  std::vector<TableLoad> loads(plan.tables.size());
  if (digests != nullptr) digests->resize(plan.tables.size());
  const auto loadOne = [&](const LoadTask& task, sqlite::SqliteReader& reader,
                           postgresql::BulkConnection& connection) {
    const TablePlan& table = plan.tables[task.table];
    SideDigests digest;
    ChunkRecord chunk;
    PartDigests parts = PartDigests::of(table);
    const TableLoad load =
        loadTable(table, task.range, reader, connection, schema, options, quarantine, progress,
                  digests != nullptr ? &digest : nullptr, ledger != nullptr, &parts);
    if (ledger != nullptr) {
      chunk.table = table.target;
      if (task.range) chunk.range = *task.range;
      chunk.load = load;
      chunk.digest = digest.sum();
      chunk.parts = parts.encode();
      connection.execute(insertChunkSql(ledger->run, chunk) + "; COMMIT");
    }
    pace.note(task.bytes, std::chrono::duration<double>(load.seconds));
    const std::lock_guard lock(mutex);
    loads[task.table].add(load);
    if (digests != nullptr) (*digests)[task.table].add(digest);
    if (ledger != nullptr) ledger->known->add(chunk, std::move(digest));
  };
  const std::size_t streams = std::max(source.readerCount(), pace.streamsMax());
  runWorkers(queue.empty() ? 0 : streams, progress, [&](std::size_t worker) {
    std::optional<postgresql::BulkConnection> connection;
    while (!queue.empty()) {
      progress.throwIfStopped();
      if (!pace.admits(worker)) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        continue;
      }
      // Streams are admitted one by one, so that this is the next reader.
      if (worker >= source.readerCount() && !source.addReader()) return;
      if (!connection) {
        connection.emplace(target);
        // Publishing waits for the disk, for this and all before; see Control::commitLazily().
        connection->execute("SET synchronous_commit = off");
      }
      const auto task = queue.take();
      if (!task) break;
      try {
        loadOne(*task, source.reader(worker), *connection);
      } catch (const Error& error) {
        throw error.within("loading table \"" + plan.tables[task->table].source + "\"");
      }
    }
  });
  if (quarantine != nullptr) quarantine->finish();
  return loads;
}

}  // namespace repot::migrate
