// Examines a database that is in production: files, settings, data, schema, backups.
// docs/doctor.md lists the checks.
#pragma once

#include "engine/care/finding.hpp"

#include <repot/url.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace repot::care {

/// What the file system tells, as a seam for tests.
struct FileSystem {
  /// "ext4", "nfs", …; empty: not known.
  std::string kind;
  std::int64_t freeBytes = 0;
};
FileSystem fileSystemOf(const std::string& path);

struct DoctorOptions {
  /// Leaves out what reads all rows.
  bool quick = false;
  std::string backups;               ///< Folder; empty: backups are not looked for.
  std::string migrations;            ///< Folder; empty: they are not compared with the history.
  std::chrono::hours backupAge{26};  ///< A day, and some time to take it.
  std::function<std::chrono::system_clock::time_point()> now = std::chrono::system_clock::now;
  std::function<FileSystem(const std::string& path)> fileSystem = fileSystemOf;
};

/// Only reads. What cannot be read is a finding, too. Throws Error where there is nothing to
/// examine (notFound, connection, authentication, invalidUrl).
Examination examine(const DatabaseUrl& database, const DoctorOptions& options = {});

/// A cure that was tried.
struct Treatment {
  Finding finding;
  std::string failure;  ///< Empty: done.
};

/// Carries out the cures of `findings`, those of maintenance only where `maintenanceOnly`.
std::vector<Treatment> treat(const DatabaseUrl& database, const std::vector<Finding>& findings,
                             bool maintenanceOnly);

/// PRAGMA optimize on SQLite: analyzes the tables that changed much since; nothing on PostgreSQL,
/// whose autovacuum does it. Throws Error.
void refreshStatistics(const DatabaseUrl& database);

}  // namespace repot::care
