// See fence.hpp.
#include "engine/cutover/fence.hpp"

#include "engine/plan.hpp"
#include "engine/sync/write_lock.hpp"

#include <repot/error.hpp>
#include <repot/move_marker.hpp>
#include <repot/sqlite/bulk.hpp>
#include <repot/sqlite/errors.hpp>

#include <sqlite3.h>

namespace repot::migrate {
namespace {

constexpr const char* fenceTable = moveMarker::table;
constexpr int busyMs = 30'000;
constexpr std::chrono::milliseconds patienceForChanges{busyMs};

std::string stateName(FenceRecord::State state) {
  return state == FenceRecord::State::moved ? moveMarker::moved : moveMarker::fenced;
}

std::vector<std::string> column(sqlite3* handle, const std::string& sql) {
  std::vector<std::string> values;
  sqlite::Statement rows(handle, sql);
  while (rows.step())
    values.push_back(rows.string(0));
  return values;
}

/// Names as they stand in a message, as one literal of SQL.
std::string messageOf(const FenceRecord& record) {
  return quoteLiteral(std::string(moveMarker::refusal) + " (" + record.target +
                      "): nothing can be written here any more");
}

}  // namespace

std::optional<FenceRecord> readFence(sqlite3* handle) {
  const std::string table = fenceTable;
  if (column(handle, "SELECT 1 FROM sqlite_schema WHERE name = '" + table + "'").empty())
    return std::nullopt;
  sqlite::Statement row(handle, "SELECT state, run, target, flips, at FROM " + table);
  if (!row.step()) return std::nullopt;
  return FenceRecord{
      row.string(0) == moveMarker::moved ? FenceRecord::State::moved : FenceRecord::State::fenced,
      row.string(1), row.string(2), row.string(3), row.string(4)};
}

std::optional<FenceRecord> readFence(const std::string& path) {
  const sqlite::WriterHandle handle = sqlite::openForWriting(path);
  sqlite3_busy_timeout(handle.get(), busyMs);
  return readFence(handle.get());
}

std::string fenceRemovalSql(sqlite3* handle) {
  std::string sql;
  for (const std::string& trigger :
       column(handle, std::string("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name "
                                  "GLOB '") +
                          fenceTable + "_[0-9]*'"))
    sql += "DROP TRIGGER main." + quoteIdentifier(trigger) + ';';
  return sql + "DROP TABLE IF EXISTS main." + fenceTable;
}

Fence::Fence(const std::string& path) : handle_(sqlite::openForWriting(path)) {
  sqlite3_busy_timeout(handle_.get(), busyMs);
  // What this writes decides where the application works.
  run("PRAGMA synchronous = FULL");
}

void Fence::run(const std::string& sql) {
  sqlite::execute(handle_, sql, "fencing the file");
}

void Fence::lock(std::chrono::milliseconds patience) {
  beginWriting(handle_, patience, "keeping writers out");
}

void Fence::release() noexcept {
  if (sqlite3_get_autocommit(handle_.get()) == 0)
    sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Fence::putUp(const FenceRecord& record) {
  const std::vector<std::string> tables =
      column(handle_.get(),
             "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', "
             "'shadow') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> '" +
                 std::string(moveMarker::capture) + "' ORDER BY name");
  run(std::string("CREATE TABLE main.") + fenceTable +
      " (state TEXT NOT NULL, run TEXT NOT NULL, target TEXT NOT NULL, flips TEXT NOT NULL, at "
      "TEXT "
      "NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')))");
  run(std::string("INSERT INTO ") + fenceTable + " (state, run, target, flips) VALUES (" +
      quoteLiteral(stateName(record.state)) + ", " + quoteLiteral(record.run) + ", " +
      quoteLiteral(record.target) + ", " + quoteLiteral(record.flips) + ")");
  std::size_t number = 0;
  for (const std::string& table : tables) {
    for (const char* event : {"INSERT", "UPDATE", "DELETE"}) {
      run(std::string("CREATE TRIGGER main.") + fenceTable + '_' + std::to_string(++number) +
          " BEFORE " + event + " ON " + quoteIdentifier(table) + " BEGIN SELECT RAISE(ABORT, " +
          messageOf(record) + "); END");
    }
  }
  run("COMMIT");
}

void Fence::say(const FenceRecord& record) {
  lock(patienceForChanges);
  try {
    run(std::string("UPDATE ") + fenceTable + " SET state = " +
        quoteLiteral(stateName(record.state)) + ", flips = " + quoteLiteral(record.flips));
    run("COMMIT");
  } catch (...) {
    release();
    throw;
  }
}

void Fence::takeDown() {
  lock(patienceForChanges);
  try {
    run(fenceRemovalSql(handle_.get()));
    run("COMMIT");
  } catch (...) {
    release();
    throw;
  }
}

}  // namespace repot::migrate
