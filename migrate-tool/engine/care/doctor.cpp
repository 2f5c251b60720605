// Which checks are made on what; see doctor.hpp.
#include "engine/care/doctor.hpp"

#include "engine/care/chart.hpp"
#include "engine/care/postgresql_checks.hpp"
#include "engine/care/sqlite_checks.hpp"

#include <repot/backup.hpp>
#include <repot/database.hpp>
#include <repot/schema/migrator.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace repot::care {
namespace {

std::string pathOf(const DatabaseUrl& url) {
  if (url.isInMemory()) {
    throw Error(ErrorKind::usage,
                "a database in memory belongs to its process: there is nothing "
                "to examine");
  }
  return url.filePath();
}

void checkSqlite(const std::string& path, const DoctorOptions& options, Chart& chart) {
  checkFiles(path, options, chart);
  chart.run("readable", [&] {
    try {
      sqlite::SqliteSource source = sqlite::SqliteSource::open(path);
      const migrate::SourceSchema schema = migrate::readSourceSchema(source.reader());
      checkFileState(path, source, schema, chart);
      checkSchema(source, schema, chart);
      if (!options.quick) checkData(path, source, schema, chart);
    } catch (const Error& error) {
      chart.add({"readable",
                 Severity::error,
                 path,
                 error.what(),
                 "what cannot be read cannot be backed up or moved",
                 "see the message; the last sound backup is the way out of damage "
                 "(repot backup restore)",
                 {}});
    }
  });
}

/// Of this database the newest sound backup, and those that are damaged.
void checkBackups(const DatabaseUrl& database, const DoctorOptions& options, Chart& chart) {
  if (options.backups.empty()) {
    return chart.skip("backups", "say where they are: --backups DIR");
  }
  chart.run("backups", [&] {
    const std::string advice = "repot backup " + database.toString() + " --to " + options.backups;
    const auto now = options.now();
    std::optional<std::chrono::system_clock::time_point> newest;
    if (std::filesystem::is_directory(options.backups)) {
      for (const Backup& one : BackupFolder(options.backups).list()) {
        if (one.database != backupIdentity(database)) continue;
        if (!one.damage.empty()) {
          chart.add({"damaged_backup",
                     Severity::error,
                     one.file.string(),
                     one.damage,
                     "it cannot be restored",
                     "take a new one, and look at the disk",
                     {}});
        } else {
          newest = std::max(newest.value_or(one.takenAt), one.takenAt);
        }
      }
    }
    if (!newest) {
      chart.add({"no_backup",
                 Severity::error,
                 options.backups,
                 "there is no sound backup",
                 "disks fail, and people delete rows",
                 advice,
                 {}});
    } else if (now - *newest > options.backupAge) {
      chart.add({"old_backup",
                 Severity::warning,
                 options.backups,
                 fmt::format("the newest sound backup is {} hours old",
                             std::chrono::floor<std::chrono::hours>(now - *newest).count()),
                 "what was written since is lost with the disk",
                 advice + "; see docs/backups.md for one every day",
                 {}});
    }
  });
}

void checkMigrations(const DatabaseUrl& database, const DoctorOptions& options, Chart& chart) {
  if (options.migrations.empty())
    return chart.skip("migrations", "say where they are: --migrations DIR");
  chart.run("migrations", [&] {
    DatabaseUrl url = database;
    if (url.scheme() == "sqlite" && !url.option("mode")) url = url.withOption("mode", "ro");
    const schema::Migrator migrator(Database::open(url),
                                    schema::Migrations::load(options.migrations));
    const schema::Status status = migrator.status();
    for (const std::string& problem : status.problems()) {
      chart.add({"migration_history",
                 Severity::error,
                 "",
                 problem,
                 "upgrades refuse to run until it is settled",
                 "repot schema status",
                 {}});
    }
    if (!status.pending.empty()) {
      chart.add({"pending_migrations",
                 Severity::warning,
                 "",
                 fmt::format("{} migrations are not applied", status.pending.size()),
                 "the application expects the schema that they make",
                 "repot schema upgrade",
                 {}});
    }
  });
}

}  // namespace

Examination examine(const DatabaseUrl& database, const DoctorOptions& options) {
  Examination examination;
  examination.database = database.toString();
  Chart chart(examination);
  if (database.scheme() == "sqlite") {
    const std::string path = pathOf(database);
    if (!std::filesystem::exists(path))
      throw Error(ErrorKind::notFound, "there is no file \"" + path + '"');
    checkSqlite(path, options, chart);
  } else {
    checkPostgresql(database, chart);
  }
  checkBackups(database, options, chart);
  checkMigrations(database, options, chart);
  std::stable_sort(examination.findings.begin(), examination.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
  return examination;
}

}  // namespace repot::care
