// An application that backs up its own database: every day, and once at the start where the last
// one is older.
#include <repot/backends.hpp>
#include <repot/backup_schedule.hpp>

#include <iostream>
#include <semaphore>

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: backups URL FOLDER\n";
    return 2;
  }
  repot::registerBackends();
  const repot::DatabaseUrl url = repot::DatabaseUrl::parse(argv[1]);
  std::binary_semaphore done(0);
  repot::BackupScheduleOptions options;
  options.onFailure = [](const repot::Error& error) { std::cerr << error.what() << '\n'; };
  options.onTaken = [&](const repot::TakenBackup& taken) {
    std::cout << taken.backup.file.string() << '\n';
    done.release();
  };
  const repot::BackupSchedule schedule(url, repot::BackupFolder(argv[2]), options);
  done.acquire();  // Here the application would work.
}
