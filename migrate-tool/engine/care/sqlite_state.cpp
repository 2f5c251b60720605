// What is stored in the file about how it is run: mode, pages, statistics; and whether it is
// locked.
#include "engine/care/sqlite_checks.hpp"
#include "engine/care/writable_handle.hpp"

#include <repot/growth.hpp>

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>

namespace repot::care {
namespace {

std::int64_t number(sqlite::SqliteSource& source, const std::string& sql) {
  sqlite::Statement statement = source.prepare(sql);
  return statement.step() ? statement.int64(0) : 0;
}

void checkPages(sqlite::SqliteSource& source, Chart& chart) {
  const StorageFigures storage = source.storage();
  const std::int64_t size = storage.pageBytes, pages = storage.pages, free = storage.freePages;
  chart.run("page_size", [&] {
    constexpr std::int64_t usual = 4096;
    if (size >= usual) return;
    chart.add({"page_size",
               Severity::warning,
               "",
               fmt::format("pages have {} bytes", size),
               "disks read and write 4096 at a time: each page costs more than it has to",
               "while nobody uses it: PRAGMA journal_mode=DELETE; PRAGMA page_size=4096; VACUUM; "
               "PRAGMA journal_mode=WAL",
               {}});
  });
  chart.run("free_pages", [&] {
    constexpr std::int64_t worthIt = 1'000'000;
    if (free * 4 < pages || free * size < worthIt) return;
    chart.add({"free_pages",
               Severity::warning,
               "",
               fmt::format("{} of {} pages are free: {} MB", free, pages, free * size / 1'000'000),
               "backups and copies take them along, and rows that belong together lie apart",
               "VACUUM",
               {Cure::Kind::sql, {"VACUUM"}, true}});
  });
  chart.run("size", [&] {
    const std::int64_t used = storage.usedBytes();
    if (static_cast<double>(used) < GrowthSettings().sizePrepare) return;
    chart.add({"size",
               Severity::warning,
               "",
               fmt::format("{} MB are in use", used / 1'000'000),
               "near 1 GB backups, rebuilds and VACUUM take long, and every writer waits for them",
               "repot assess tells whether it is time for PostgreSQL",
               {}});
  });
}

void checkMode(sqlite::SqliteSource& source, Chart& chart) {
  chart.run("journal_mode", [&] {
    sqlite::Statement statement = source.prepare("PRAGMA main.journal_mode");
    if (!statement.step() || statement.text(0) == "wal") return;
    chart.add({"journal_mode",
               Severity::warning,
               "",
               "the journal mode is " + statement.string(0),
               "readers and the writer wait for each other, and each commit syncs twice",
               "PRAGMA journal_mode = WAL, which stays in the file",
               {Cure::Kind::sql, {"PRAGMA journal_mode = WAL"}, false}});
  });
  chart.run("wal_reset_bug", [&] {
    // Until 3.51.2 (sqlite.org, "Write-Ahead Logging", the WAL-reset bug).
    constexpr int fixedIn = 3'051'003;
    if (sqlite3_libversion_number() >= fixedIn) return;
    chart.add({"wal_reset_bug",
               Severity::note,
               "",
               std::string("this SQLite is ") + sqlite3_libversion(),
               "versions before 3.51.3 can, very rarely, damage a database in WAL mode when two "
               "connections write and checkpoint at the same moment",
               "let one process write, or use a newer SQLite",
               {}});
  });
}

/// Whether the write lock can be had within a second.
void checkLock(const std::string& path, Chart& chart) {
  chart.run("write_lock", [&] {
    const sqlite::WriterHandle handle = openWritable(path);
    if (!handle) throw Error(ErrorKind::permission, "this user may not write the file");
    if (sqlite3_exec(handle.get(), "BEGIN IMMEDIATE; ROLLBACK", nullptr, nullptr, nullptr) !=
        SQLITE_BUSY) {
      return;
    }
    chart.add({"write_lock",
               Severity::warning,
               "",
               "somebody held the write lock for more than a second",
               "every other writer waits for it, and then fails with \"database is locked\"",
               "find the transaction that is left open, or does slow work while it is",
               {}});
  });
}

void checkStatistics(sqlite::SqliteSource& source, const migrate::SourceSchema& schema,
                     Chart& chart) {
  chart.run("statistics", [&] {
    const bool hasIndexes =
        std::any_of(schema.tables.begin(), schema.tables.end(),
                    [](const migrate::SourceTable& table) { return !table.indexes.empty(); });
    const StorageFigures storage = source.storage();
    const std::int64_t inUse = storage.pages - storage.freePages;
    constexpr std::int64_t fewPages = 250;  // A megabyte is read in no time.
    const bool known =
        number(source, "SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'") > 0;
    if (!hasIndexes || known || inUse < fewPages) return;
    chart.add({"statistics",
               Severity::warning,
               "",
               "the database was never analyzed",
               "the planner guesses which index is best",
               "ANALYZE",
               {Cure::Kind::sql, {"PRAGMA analysis_limit = 1000; ANALYZE"}, true}});
  });
}

}  // namespace

void checkFileState(const std::string& path, sqlite::SqliteSource& source,
                    const migrate::SourceSchema& schema, Chart& chart) {
  checkPages(source, chart);
  checkMode(source, chart);
  checkStatistics(source, schema, chart);
  checkLock(path, chart);
}

}  // namespace repot::care
