// See capture_log.hpp.
#include "engine/sync/capture_log.hpp"

#include "engine/sync/write_lock.hpp"

#include <repot/error.hpp>
#include <repot/move_marker.hpp>
#include <repot/sqlite/errors.hpp>

#include <sqlite3.h>

namespace repot::migrate {
namespace {

constexpr std::chrono::milliseconds patience{30'000};
constexpr const char* log = moveMarker::capture;
constexpr const char* context = "capturing changes";

std::map<std::string, std::string> standingTriggers(sqlite3* handle) {
  std::map<std::string, std::string> found;
  sqlite::Statement rows(handle, std::string("SELECT name, sql FROM sqlite_schema WHERE type = "
                                             "'trigger' AND name GLOB '") +
                                     log + "_[0-9]*'");
  while (rows.step())
    found[rows.string(0)] = rows.string(1);
  return found;
}

std::string standingLog(sqlite3* handle) {
  sqlite::Statement row(handle, std::string("SELECT sql FROM sqlite_schema WHERE type = 'table' "
                                            "AND name = '") +
                                    log + "'");
  return row.step() ? row.string(0) : std::string();
}

bool stands(sqlite3* handle, const CaptureDesign& design) {
  return standingLog(handle) == design.logSql && standingTriggers(handle) == design.triggers;
}

std::int64_t integer(sqlite3* handle, const std::string& sql) {
  sqlite::Statement row(handle, sql);
  return row.step() ? row.int64(0) : 0;
}

bool hasMark(sqlite3* handle, const CaptureMark& mark) {
  sqlite::Statement row(
      handle, std::string("SELECT 1 FROM ") + log + " WHERE seq = ?1 AND tbl = 0 AND k1 = ?2");
  row.bind(1, mark.seq).bind(2, mark.name);
  return row.step();
}

std::string behind(const CaptureMark& mark) {
  return std::string(" FROM ") + log + " WHERE seq > " + std::to_string(mark.seq) + " AND tbl > 0";
}

MarkedLog markWithin(const sqlite::WriterHandle& handle, const CaptureDesign& design,
                     const std::optional<CaptureMark>& last) {
  // Forgetting goes on next time, so that writers do not wait for it.
  constexpr std::int64_t forgottenMax = 200'000;
  const auto run = [&](const std::string& sql) { sqlite::execute(handle, sql, context); };
  MarkedLog marked;
  if (!stands(handle.get(), design)) {
    run(captureRemovalSql(handle.get()));
    run(design.logSql);
    for (const auto& [name, sql] : design.triggers)
      run(sql);
    marked.installed = true;
  }
  if (last && !marked.installed && hasMark(handle.get(), *last)) {
    if (integer(handle.get(), "SELECT EXISTS(SELECT 1" + behind(*last) + ")") == 0) {
      marked.mark = *last;
      return marked;
    }
    run(std::string("DELETE FROM ") + log + " WHERE seq < " + std::to_string(last->seq) +
        " AND seq < (SELECT min(seq) FROM " + log + ") + " + std::to_string(forgottenMax));
  } else {
    run(std::string("DELETE FROM ") + log);
  }
  run(std::string("INSERT INTO ") + log + "(tbl, k1) VALUES (0, lower(hex(randomblob(16))))");
  sqlite::Statement row(
      handle.get(), std::string("SELECT seq, k1 FROM ") + log + " WHERE seq = last_insert_rowid()");
  if (row.step()) marked.mark = {row.int64(0), row.string(1), 0};
  return marked;
}

}  // namespace

MarkedLog markLog(const sqlite::WriterHandle& handle, const CaptureDesign& design,
                  const std::optional<CaptureMark>& last) {
  beginWriting(handle, patience, context);
  try {
    MarkedLog marked = markWithin(handle, design, last);
    marked.mark.schemaVersion = integer(handle.get(), "PRAGMA schema_version");
    sqlite::execute(handle, "COMMIT", context);
    return marked;
  } catch (...) {
    if (sqlite3_get_autocommit(handle.get()) == 0)
      sqlite3_exec(handle.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    throw;
  }
}

std::string distrust(sqlite::SqliteReader& reader, const CaptureDesign& design,
                     const CaptureMark& last) {
  sqlite3* const handle = reader.raw();
  if (!stands(handle, design)) return "the source has no capture as this version makes it";
  // Tables that were made anew, and VACUUM, change it: rows came without triggers.
  if (integer(handle, "PRAGMA schema_version") != last.schemaVersion)
    return "the source's schema was changed, or the file vacuumed, since the last sync";
  if (!hasMark(handle, last)) return "the file is not the one that was synchronised last";
  return {};
}

std::map<std::int64_t, std::int64_t> entriesSince(sqlite::SqliteReader& reader,
                                                  const CaptureMark& last) {
  std::map<std::int64_t, std::int64_t> entries;
  sqlite::Statement rows = reader.prepare("SELECT tbl, count(*)" + behind(last) + " GROUP BY tbl");
  while (rows.step())
    entries[rows.int64(0)] = rows.int64(1);
  return entries;
}

std::string loggedKeysSql(const CaptureMark& last, std::int64_t number, std::size_t columns) {
  std::string list;
  for (std::size_t i = 1; i <= columns; ++i)
    list += (i == 1 ? "k" : ", k") + std::to_string(i);
  return "SELECT " + list + " FROM " + log + " WHERE seq > " + std::to_string(last.seq) +
         " AND tbl = " + std::to_string(number);
}

std::string captureRemovalSql(sqlite3* handle) {
  std::string sql;
  for (const auto& [name, text] : standingTriggers(handle))
    sql += "DROP TRIGGER main." + quoteIdentifier(name) + ';';
  if (!standingLog(handle).empty()) sql += std::string("DROP TABLE main.") + log + ';';
  return sql;
}

bool removeCapture(const std::string& path) {
  const sqlite::WriterHandle handle = sqlite::openForWriting(path);
  beginWriting(handle, patience, context);
  const std::string sql = captureRemovalSql(handle.get());
  sqlite::execute(handle, sql + "COMMIT", context);
  return !sql.empty();
}

}  // namespace repot::migrate
