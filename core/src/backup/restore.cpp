// Reading backups back: to see that they are sound, and to put one in place.
#include "backup/files.hpp"
#include "backup/manifest.hpp"
#include "repot/backend.hpp"
#include "repot/backup.hpp"
#include "repot/error.hpp"
#include "repot/replace_file.hpp"

#include <unistd.h>

#include <algorithm>

namespace repot {
namespace {

namespace fs = std::filesystem;
using namespace backup;

const Copier& copierFor(const Backend& backend, const Backup& one) {
  const Copier* copier = backend.copier();
  if (copier == nullptr)
    throw Error(ErrorKind::usage, "there are no backups of " + one.scheme + " databases");
  return *copier;
}

/// The database's file within a backup, decompressed into $TMPDIR where it has to be.
class OpenBackup {
 public:
  OpenBackup(const Backup& one, const CopyObserver& observer) : path_(one.file) {
    if (!one.compressed) return;
    unpacked_.emplace(fs::temp_directory_path() / ("." + one.file.filename().string() + '.' +
                                                   std::to_string(::getpid()) + ".unpacked"));
    path_ = unpacked_->path();
    decompress(one.file, path_, observer);
  }
  const fs::path& path() const noexcept { return path_; }

 private:
  fs::path path_;
  std::optional<PartialFile> unpacked_;
};

/// What is wrong with the file; empty: nothing. Where it is sound `opened` has it, and its database
/// was read as a whole.
std::string damageOf(const Backup& one, const Copier& copier, const CopyObserver& observer,
                     std::optional<OpenBackup>& opened) {
  try {
    if (static_cast<std::int64_t>(fs::file_size(one.file)) != one.bytes)
      return "its size is not the one that was written";
    if (digestOfFile(one.file, observer) != one.digest)
      return "its bytes are not those that were written";
    opened.emplace(one, observer);
    const DatabaseContents found = copier.inspect(opened->path().string(), observer);
    for (const TableContents& table : one.contents.tables) {
      if (std::find(found.tables.begin(), found.tables.end(), table) == found.tables.end())
        return "table \"" + table.name + "\" does not hold what was written";
    }
    if (found.tables.size() != one.contents.tables.size()) return "it has more tables than it had";
    return {};
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::data || error.kind() == ErrorKind::notADatabase)
      return error.what();
    throw;
  }
}

}  // namespace

bool verifyBackup(Backup& backup, const CopyObserver& observer) {
  const std::shared_ptr<const Backend> backend = findBackend(backup.scheme);
  std::optional<OpenBackup> opened;
  const std::string damage = damageOf(backup, copierFor(*backend, backup), observer, opened);
  if (damage != backup.damage) {
    backup.damage = damage;
    replaceFile(backup.file.string() + manifestSuffix, manifestText(backup));
  }
  return damage.empty();
}

std::string restoreBackup(const Backup& backup, const DatabaseUrl& database,
                          const RestoreOptions& options) {
  if (database.scheme() != backup.scheme) {
    throw Error(ErrorKind::usage, "a backup of " + backup.scheme + " cannot be restored into " +
                                      database.scheme() +
                                      "; restore it, and move it with `repot migrate`");
  }
  const std::shared_ptr<const Backend> backend = findBackend(backup.scheme);
  const Copier& copier = copierFor(*backend, backup);
  std::optional<OpenBackup> opened;
  if (const std::string damage = damageOf(backup, copier, options.observer, opened);
      !damage.empty()) {
    throw Error(ErrorKind::data, "the backup \"" + backup.file.string() +
                                     "\" is damaged: " + damage + "; nothing was changed");
  }
  std::optional<std::string> keptAs;
  if (options.replace) keptAs = "before-" + stampOf(std::chrono::system_clock::now());
  return copier.restore(opened->path().string(), backup.contents, database, keptAs);
}

}  // namespace repot
