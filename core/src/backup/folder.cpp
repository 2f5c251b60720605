// How a backup comes into the folder, and how old ones leave it.
#include "backup/files.hpp"
#include "backup/manifest.hpp"
#include "repot/backend.hpp"
#include "repot/backup.hpp"
#include "repot/error.hpp"
#include "repot/replace_file.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

namespace repot {
namespace {

namespace fs = std::filesystem;
using namespace backup;

constexpr std::string_view partialSuffix = ".partial";
constexpr std::string_view compressedSuffix = ".zst";
constexpr std::size_t stampSize = 16;

const Copier& copierOf(const Backend& backend) {
  const Copier* copier = backend.copier();
  if (copier == nullptr) {
    throw Error(ErrorKind::usage,
                "there are no backups of " + std::string(backend.scheme()) + " databases");
  }
  return *copier;
}

/// "app" of "app-20251231T235959Z.db" and what follows; empty for other names.
std::string databaseNameOf(std::string_view fileName) {
  const std::size_t dash = fileName.rfind('-', fileName.find(".", fileName.rfind('-')));
  if (dash == std::string_view::npos || fileName.size() < dash + 1 + stampSize) return {};
  const std::string_view stamp = fileName.substr(dash + 1, stampSize);
  const bool isStamp = stamp[8] == 'T' && stamp[15] == 'Z';
  return isStamp ? std::string(fileName.substr(0, dash)) : std::string();
}

/// What a process that was killed has left behind. The folder's lock is held.
void removeLeftovers(const fs::path& folder, const std::string& name) {
  std::vector<fs::path> leftovers;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string file = entry.path().filename().string();
    const std::string_view shown = std::string_view(file).substr(file.starts_with('.') ? 1 : 0);
    if (databaseNameOf(shown) != name) continue;
    // A manifest is there before its backup, which may never have come.
    const bool alone = entry.path().extension() == manifestSuffix &&
                       !fs::exists(fs::path(entry.path()).replace_extension());
    if (alone || file.ends_with(partialSuffix)) leftovers.push_back(entry.path());
  }
  for (const fs::path& file : leftovers)
    fs::remove(file);
}

/// A name that no file has yet: two backups may be of one second.
fs::path freeName(const fs::path& folder, const std::string& stem, const std::string& ending) {
  fs::path file = folder / (stem + ending);
  for (int i = 2; fs::exists(file) || fs::exists(file.string() + manifestSuffix); ++i)
    file = folder / (stem + '.' + std::to_string(i) + ending);
  return file;
}

void requireEqual(const DatabaseContents& database, const DatabaseContents& copy) {
  if (database.tables == copy.tables) return;
  std::string difference = "other tables";
  for (std::size_t i = 0; i < std::min(database.tables.size(), copy.tables.size()); ++i) {
    const TableContents& wanted = database.tables[i];
    const TableContents& found = copy.tables[i];
    if (wanted == found) continue;
    difference = "table \"" + wanted.name + "\" with " + std::to_string(found.rows) +
                 " rows in place of " + std::to_string(wanted.rows) + ", or with other values";
    break;
  }
  throw Error(ErrorKind::data, "the copy that was made is not equal to the database: it has " +
                                   difference + "; it was removed");
}

struct Group {
  std::vector<Backup> backups;
  std::vector<bool> kept;
};

Group judge(std::vector<Backup> backups, const BackupRetention& rule,
            std::chrono::system_clock::time_point now) {
  std::vector<BackupMoment> moments;
  for (const Backup& one : backups)
    moments.push_back({one.takenAt, one.damage.empty()});
  return {std::move(backups), keptBackups(moments, rule, now)};
}

bool removesAny(const Group& group) {
  return std::find(group.kept.begin(), group.kept.end(), false) != group.kept.end();
}

/// Whether the file is still what was written; cheaper than verifying what is in it.
bool fileIsSound(Backup& one) {
  try {
    if (digestOfFile(one.file, {}) == one.digest) return true;
    one.damage = "its bytes are not those that were written";
  } catch (const Error& error) {
    one.damage = error.what();
  }
  return false;
}

PrunedBackup removeBackup(const fs::path& file) {
  std::error_code failure;
  fs::remove(file, failure);
  // The manifest goes last: a file without one would never be given up.
  if (!failure) fs::remove(file.string() + manifestSuffix, failure);
  return {file, failure ? failure.message() : std::string()};
}

/// Of one database, whose lock is held.
std::vector<PrunedBackup> pruneOne(std::vector<Backup> backups, const BackupRetention& rule,
                                   std::chrono::system_clock::time_point now, bool dryRun) {
  Group group = judge(std::move(backups), rule, now);
  // Others are given up because of the newest one: it has to be there still.
  while (removesAny(group)) {
    const auto newest =
        std::find_if(group.backups.begin(), group.backups.end(),
                     [&](const Backup& one) { return one.damage.empty() && one.takenAt <= now; });
    if (newest == group.backups.end() || fileIsSound(*newest)) break;
    group = judge(std::move(group.backups), rule, now);
  }
  std::vector<PrunedBackup> pruned;
  for (std::size_t i = 0; i < group.backups.size(); ++i) {
    const std::filesystem::path& file = group.backups[i].file;
    if (!group.kept[i]) pruned.push_back(dryRun ? PrunedBackup{file, {}} : removeBackup(file));
  }
  return pruned;
}

}  // namespace

std::string backupIdentity(const DatabaseUrl& url) {
  if (findBackend(url.scheme())->hasServer())
    return url.withoutOptions("repot_").withoutDriver().toString();
  return DatabaseUrl::fromSqlitePath(fs::absolute(url.database()).lexically_normal().string())
      .toString();
}

TakenBackup BackupFolder::take(const DatabaseUrl& database, const BackupOptions& options) const {
  const std::shared_ptr<const Backend> backend = findBackend(database.scheme());
  const Copier& copier = copierOf(*backend);
  const std::string name = copier.nameOf(database);
  makeFolder(folder_);
  const FolderLock lock(folder_ / ('.' + name + ".lock"));
  removeLeftovers(folder_, name);

  Backup made;
  made.takenAt = options.now();
  made.database = backupIdentity(database);
  made.scheme = backend->scheme();
  made.compressed = options.compress;
  const auto started = std::chrono::steady_clock::now();
  std::string ending(copier.extension());
  if (options.compress) ending += compressedSuffix;
  made.file = freeName(folder_, name + '-' + stampOf(made.takenAt), ending);
  const std::string hidden = (folder_ / ('.' + made.file.filename().string())).string();

  PartialFile copy(hidden + std::string(partialSuffix));
  made.contents = copier.copy(database, copy.path().string(), options.observer);
  copy.sync();
  try {
    requireEqual(made.contents, copier.inspect(copy.path().string(), options.observer));
  } catch (const Error& error) {
    if (!options.acceptDamage || error.kind() != ErrorKind::notADatabase) throw;
    made.damage = error.what();
  }
  std::optional<PartialFile> packed;
  if (options.compress) {
    packed.emplace(hidden + ".zst" + std::string(partialSuffix));
    compress(copy.path(), packed->path(), options.observer);
    packed->sync();
    PartialFile unpacked(hidden + ".check" + std::string(partialSuffix));
    decompress(packed->path(), unpacked.path(), options.observer);
    if (digestOfFile(unpacked.path(), options.observer) != digestOfFile(copy.path(), {}))
      throw Error(ErrorKind::data, "what was compressed does not decompress to the same bytes");
  }
  PartialFile& result = packed ? *packed : copy;
  made.bytes = static_cast<std::int64_t>(fs::file_size(result.path()));
  made.digest = digestOfFile(result.path(), options.observer);
  made.duration = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - started);
  // The manifest first: whatever has the name of a backup has one.
  replaceFile(made.file.string() + manifestSuffix, manifestText(made));
  result.publish(made.file);

  TakenBackup taken{std::move(made), {}};
  if (options.retention) {
    std::vector<Backup> backups = list();
    std::erase_if(backups,
                  [&](const Backup& one) { return one.database != taken.backup.database; });
    taken.pruned = pruneOne(std::move(backups), *options.retention, options.now(), false);
  }
  return taken;
}

std::vector<Backup> BackupFolder::list() const {
  if (!fs::is_directory(folder_))
    throw Error(ErrorKind::notFound, "there is no folder \"" + folder_.string() + '"');
  std::vector<Backup> backups;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) {
    const fs::path& file = entry.path();
    if (!databaseNameOf(file.filename().string()).empty() && file.extension() != manifestSuffix &&
        fs::exists(file.string() + manifestSuffix)) {
      backups.push_back(readBackup(file));
    }
  }
  std::sort(backups.begin(), backups.end(), [](const Backup& a, const Backup& b) {
    return std::tie(b.takenAt, b.file) < std::tie(a.takenAt, a.file);
  });
  return backups;
}

std::vector<PrunedBackup> BackupFolder::prune(const BackupRetention& rule,
                                              std::chrono::system_clock::time_point now,
                                              bool dryRun) const {
  std::map<std::string, std::vector<Backup>> databases;
  for (Backup& one : list())
    databases[one.database].push_back(std::move(one));
  std::vector<PrunedBackup> pruned;
  for (auto& [database, backups] : databases) {
    const std::string name = databaseNameOf(backups.front().file.filename().string());
    std::optional<FolderLock> lock;
    if (!dryRun) lock.emplace(folder_ / ('.' + name + ".lock"));
    for (PrunedBackup& one : pruneOne(std::move(backups), rule, now, dryRun))
      pruned.push_back(std::move(one));
  }
  return pruned;
}

Backup readBackup(const fs::path& file) {
  if (!fs::is_regular_file(file))
    throw Error(ErrorKind::notFound, "there is no backup \"" + file.string() + '"');
  std::ifstream stream(file.string() + manifestSuffix, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) {
    throw Error(ErrorKind::notFound, "\"" + file.string() + "\" has no manifest beside it (" +
                                         file.filename().string() + manifestSuffix + ')');
  }
  return parseManifest(text.str(), file);
}

}  // namespace repot
