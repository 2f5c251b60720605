// A program that takes everything from its configuration: the database, the pool, the limits of the
// growth signals, and the backups. Usage: configured
#include <repot/backends.hpp>
#include <repot/backup_schedule.hpp>
#include <repot/config.hpp>
#include <repot/repot.hpp>

#include <cstdio>
#include <memory>

namespace {

void run() {
  repot::registerBackends();
  const auto config = repot::Config::load();
  auto database = repot::Database::open(config.database(), config.databaseOptions());
  const auto backups = config.backups();

  repot::BackupScheduleOptions schedule;
  schedule.at = backups.at;
  schedule.backup.compress = backups.compress;
  schedule.backup.retention = backups.retention;
  const bool inMemory = database.url().scheme() == "sqlite" && database.url().isInMemory();
  std::unique_ptr<repot::BackupSchedule> daily;
  if (!inMemory) {
    daily = std::make_unique<repot::BackupSchedule>(
        database.url(), repot::BackupFolder(backups.folder), schedule);
  }
  std::printf("%s: %s, %d connections, backups in %s\n", config.profile().c_str(),
              database.url().toString().c_str(), static_cast<int>(database.options().poolSize),
              backups.folder.c_str());
}

}  // namespace

int main() {
  try {
    run();
  } catch (const repot::Error& error) {
    return std::fprintf(stderr, "configured: %s\n", error.what()), 1;
  }
}
