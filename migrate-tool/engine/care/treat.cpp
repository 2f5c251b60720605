// Carries out cures: statements, one by one, and modes of files.
#include "engine/care/doctor.hpp"

#include <repot/error.hpp>
#include <repot/postgresql/bulk.hpp>
#include <repot/sqlite/writer_handle.hpp>

#include <sqlite3.h>

#include <filesystem>

namespace repot::care {
namespace {

namespace fs = std::filesystem;

void runOnSqlite(const std::string& path, const std::vector<std::string>& statements) {
  const sqlite::WriterHandle handle = sqlite::openForWriting(path);
  constexpr int milliseconds = 30'000;
  sqlite3_busy_timeout(handle.get(), milliseconds);
  for (const std::string& sql : statements)
    sqlite::execute(handle, sql, sql);
}

void takeOthersRights(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    if (!fs::exists(path + suffix)) continue;
    std::error_code failure;
    fs::permissions(path + suffix, fs::perms::others_all, fs::perm_options::remove, failure);
    if (failure)
      throw Error(ErrorKind::permission, "chmod of " + path + suffix + ": " + failure.message());
  }
}

void cure(const DatabaseUrl& database, const Finding& finding) {
  const std::string path = database.filePath();
  switch (finding.cure.kind) {
    case Cure::Kind::none:
      return;
    case Cure::Kind::privateMode:
      return takeOthersRights(path);
    case Cure::Kind::sql:
      break;
  }
  if (database.scheme() == "sqlite") return runOnSqlite(path, finding.cure.sql);
  postgresql::BulkConnection connection(database);
  for (const std::string& sql : finding.cure.sql)
    connection.execute(sql);
}

}  // namespace

std::vector<Treatment> treat(const DatabaseUrl& database, const std::vector<Finding>& findings,
                             bool maintenanceOnly) {
  std::vector<Treatment> done;
  for (const Finding& finding : findings) {
    if (finding.cure.kind == Cure::Kind::none) continue;
    if (maintenanceOnly && !finding.cure.maintenance) continue;
    Treatment treatment{finding, {}};
    try {
      cure(database, finding);
    } catch (const Error& error) {
      treatment.failure = error.what();
    }
    done.push_back(std::move(treatment));
  }
  return done;
}

void refreshStatistics(const DatabaseUrl& database) {
  if (database.scheme() != "sqlite") return;
  // All tables, not only those that this connection has read (SQLite's manual, PRAGMA optimize).
  runOnSqlite(database.filePath(), {"PRAGMA analysis_limit = 1000", "PRAGMA optimize(0x10002)"});
}

}  // namespace repot::care
