// Backups: dated, verified copies of a database in a folder, of which old ones are given up by a
// rule. docs/backups.md is the guide, docs/formats/backup.md the format.
#pragma once

#include <repot/copier.hpp>
#include <repot/url.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace repot {

/// Which backups to keep: the newest of each of the last days, weeks (from Monday) and months, in
/// UTC, that have one. Days without a backup do not count, so that a pause costs none.
struct BackupRetention {
  int daily = 7;
  int weekly = 4;
  int monthly = 12;
};

/// What the rule looks at.
struct BackupMoment {
  std::chrono::system_clock::time_point takenAt;
  bool sound = true;
};

/// For each backup of one database, in any order, whether it is kept. The newest sound one always
/// is, whatever the rule says, and so is what is dated after `now`: a clock that was wrong must not
/// cost a backup. One that is not sound counts for nothing, and goes once a newer one is sound.
/// Pure.
std::vector<bool> keptBackups(std::span<const BackupMoment> backups, const BackupRetention& rule,
                              std::chrono::system_clock::time_point now);

/// One backup, as its manifest tells.
struct Backup {
  std::filesystem::path file;
  std::string database;  ///< URL, without password and options.
  std::string scheme;    ///< Of the backend that made it: "sqlite".
  std::chrono::system_clock::time_point takenAt;
  std::chrono::milliseconds duration{};
  std::int64_t bytes = 0;  ///< Of the file.
  std::string digest;      ///< XXH3-128 of the file.
  bool compressed = false;
  DatabaseContents contents;
  std::string damage;  ///< What was wrong when it was last verified; empty: nothing.
};

/// How a backup is taken.
struct BackupOptions {
  /// With zstd. Takes a third of the room for most databases, and longer.
  bool compress = false;
  /// Old backups of the same database go by this rule once the new one is verified; nothing: all
  /// stay.
  std::optional<BackupRetention> retention = BackupRetention();
  /// A database that is damaged is copied all the same, before somebody tries to mend it; the backup
  /// says so, and counts for nothing.
  bool acceptDamage = false;
  CopyObserver observer = {};
  /// Tells the time: for tests.
  std::function<std::chrono::system_clock::time_point()> now = std::chrono::system_clock::now;
};

/// A file that was, or would be, removed, and one that should have been and could not.
struct PrunedBackup {
  std::filesystem::path file;
  std::string failure;  ///< Empty: gone.
};

/// What take() has made, and what it gave up for it.
struct TakenBackup {
  Backup backup;
  std::vector<PrunedBackup> pruned;
};

/// By what the backups of one database are told from those of others: its URL without what does not
/// say where it is; safe to print. Throws Error(invalidUrl).
std::string backupIdentity(const DatabaseUrl& database);

/// A folder of backups, of any number of databases. Thread-safe: keeps nothing but the path. One
/// backup of a database at a time is made in it, over all processes.
class BackupFolder {
 public:
  /// Touches nothing yet.
  explicit BackupFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Copies the database while it is used, reads the copy back, compares every row's digest with
  /// the database's own, and only then gives it its name; then prunes. The folder is made (mode
  /// 0700) where it does not exist; files have mode 0600. Cost: reads the database twice and the
  /// copy three times. Throws Error (connection, resource, data, busy where another process is at
  /// it); nothing new is then in the folder, and nothing old is gone.
  TakenBackup take(const DatabaseUrl& database, const BackupOptions& options = {}) const;

  /// Newest first. What is no backup is left out; a manifest that cannot be read is Error(data).
  /// Throws Error(notFound) where there is no folder.
  std::vector<Backup> list() const;

  /// Gives up what the rule does not keep, for each database on its own. Before that the newest
  /// one's file is read, and if it is no longer what was written, the next one counts as the
  /// newest. `dryRun`: only tells.
  std::vector<PrunedBackup> prune(const BackupRetention& rule,
                                  std::chrono::system_clock::time_point now, bool dryRun) const;

  /// As it was given.
  const std::filesystem::path& path() const noexcept { return folder_; }

 private:
  std::filesystem::path folder_;
};

/// The backup whose file this is. Throws Error(notFound), and Error(data) for a manifest that
/// cannot be read.
Backup readBackup(const std::filesystem::path& file);

/// Reads the file as a whole: its digest, the integrity of the database in it, and each table's
/// digest. Writes what is wrong, or that nothing is any longer, into the manifest and `backup`.
/// False: damaged. Throws Error only where nothing could be found out.
bool verifyBackup(Backup& backup, const CopyObserver& observer = {});

/// How a backup is put back.
struct RestoreOptions {
  /// Put it in the place of a database that is there; that one is kept.
  bool replace = false;
  CopyObserver observer = {};
};

/// Verifies the backup and puts it where `database` points to. Returns where the database that was
/// there is kept now; empty where there was none. Throws Error (data: the backup is damaged;
/// conflict: there is a database and `replace` is false; busy: it is in use); then nothing is
/// changed.
std::string restoreBackup(const Backup& backup, const DatabaseUrl& database,
                          const RestoreOptions& options = {});

}  // namespace repot
