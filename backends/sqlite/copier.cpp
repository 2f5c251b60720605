// Backups through SQLite's backup interface. One read transaction holds the state that is copied
// and digested, so that writers of a database in WAL mode neither wait nor make the copy start
// again.
#include "sqlite/copier.hpp"

#include "sqlite/contents.hpp"
#include "sqlite/integrity.hpp"
#include "sqlite/location.hpp"

#include <repot/error.hpp>
#include <repot/sqlite/bulk.hpp>
#include <repot/sqlite/errors.hpp>
#include <repot/sqlite/writer_handle.hpp>

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace repot::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr const char* preparing = "preparing a copy";

/// Copies what `source`'s snapshot sees, a megabyte or so at a time. Between two steps it rests as
/// long as the last one took, so that half of the disk's and the processor's time is the
/// application's.
void copyPages(sqlite3* source, const WriterHandle& target, const CopyObserver& observer) {
  constexpr int pagesInAStep = 256;
  sqlite3_backup* const backup = sqlite3_backup_init(target.get(), "main", source, "main");
  if (backup == nullptr) throw sqliteError(target.get(), "copying the database");
  const auto finish = [](sqlite3_backup* one) { sqlite3_backup_finish(one); };
  const std::unique_ptr<sqlite3_backup, decltype(finish)> owner(backup, finish);
  for (;;) {
    const auto started = std::chrono::steady_clock::now();
    const int result = sqlite3_backup_step(backup, pagesInAStep);
    if (result == SQLITE_DONE) return;
    if (result != SQLITE_OK)
      throw sqliteError(result, sqlite3_errstr(result), "copying the database");
    const std::int64_t pages = sqlite3_backup_pagecount(backup);
    const std::int64_t done = pages - sqlite3_backup_remaining(backup);
    tell(observer, {"copying", done, pages});
    std::this_thread::sleep_for(std::chrono::steady_clock::now() - started);
  }
}

/// What PRAGMA integrity_check finds. Indexes over functions or collations of the application's
/// cannot be checked here, and are no damage.
void requireIntegrity(SqliteSource& source) {
  SqliteReader& reader = source.reader();
  std::vector<std::string> problems;
  const auto checkQuickly = [&] {
    problems.clear();
    addProblems(problems, reader, "PRAGMA quick_check(20)");
  };
  try {
    addProblems(problems, reader, "PRAGMA integrity_check(20)");
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::schema) throw;  // A function that is not here.
    checkQuickly();
  }
  if (!problems.empty() && !reader.unknownCollations().empty()) checkQuickly();
  if (problems.empty()) return;
  throw Error(ErrorKind::notADatabase, "the database is damaged: " + problems.front() +
                                           (problems.size() > 1 ? ", and more" : ""));
}

/// A name that no file has.
std::string keptName(const std::string& path, const std::string& word) {
  const std::string first = path + '.' + word;
  std::string name = first;
  for (int i = 2; fs::exists(name) || fs::exists(name + "-wal"); ++i)
    name = first + '.' + std::to_string(i);
  return name;
}

/// The database that is there, to be put aside. Holds the lock of the whole file, so that nobody
/// can begin with what is about to be moved.
class Replaced {
 public:
  explicit Replaced(const std::string& path) : path_(path) {
    try {
      handle_ = openForWriting(path);
      // Closing would remove the -wal by its name, which is another database's by then.
      sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
      // With this, in WAL mode too, the lock is only got where no one else has the file open.
      execute(handle_, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT", preparing);
      // A -wal that stayed would be taken for one of the new file.
      execute(handle_, "PRAGMA wal_checkpoint(TRUNCATE)", preparing);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::busy) {
        throw Error(ErrorKind::busy,
                    '"' + path + "\" is in use; stop the application, and restore then");
      }
      handle_.reset();  // Damaged: that may be why it is replaced.
    }
  }

  /// Returns the name under which it stays.
  std::string putAside(const std::string& word) {
    std::string kept = keptName(path_, word);
    fs::create_hard_link(path_, kept);
    for (const char* suffix : {"-wal", "-journal"}) {
      const std::string beside = path_ + suffix;
      if (!fs::exists(beside)) continue;
      if (fs::file_size(beside) == 0) {
        fs::remove(beside);
      } else {  // Of a damaged database: evidence.
        fs::rename(beside, kept + suffix);
      }
    }
    fs::remove(path_ + "-shm");
    return kept;
  }

 private:
  std::string path_;
  WriterHandle handle_;
};

class SqliteCopier final : public Copier {
 public:
  std::string_view extension() const noexcept override { return ".db"; }

  std::string nameOf(const DatabaseUrl& url) const override {
    return fs::path(pathOf(url)).stem().string();
  }

  DatabaseContents copy(const DatabaseUrl& url, const std::string& file,
                        const CopyObserver& observer) const override {
    SqliteSource source = SqliteSource::open(pathOf(url));
    {
      const WriterHandle target = openForWriting(file);
      // The caller syncs the file when it is complete; until then it is worth nothing.
      execute(target, "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF", preparing);
      copyPages(source.reader().raw(), target, observer);
    }
    {
      // One file that says all, and that can be read where nobody may write.
      const WriterHandle target = openForWriting(file);
      execute(target, "PRAGMA synchronous = OFF; PRAGMA journal_mode = DELETE", preparing);
    }
    return readContents(source, observer);
  }

  DatabaseContents inspect(const std::string& file, const CopyObserver& observer) const override {
    SqliteSource source = SqliteSource::open(file);
    tell(observer, {"checking", 0, 0});
    requireIntegrity(source);
    return readContents(source, observer);
  }

  std::string restore(const std::string& file, const DatabaseContents& contents,
                      const DatabaseUrl& url,
                      const std::optional<std::string>& keptAs) const override {
    const Location location = locate(url);
    const std::string path = pathOf(url);
    checkFolder(location);
    const bool there = fs::exists(path) || fs::exists(path + "-wal");
    if (there && !keptAs) {
      throw Error(ErrorKind::conflict, "there is a database \"" + path + "\" already");
    }
    try {
      std::optional<Replaced> replaced;
      if (fs::exists(path)) replaced.emplace(path);
      const Staged staged(*this, file, path, contents);
      std::string kept;
      if (replaced) {
        kept = replaced->putAside(*keptAs);
      } else if (there) {  // A -wal whose database is lost.
        kept = keptName(path, *keptAs);
        fs::rename(path + "-wal", kept + "-wal");
      }
      fs::rename(staged.path(), path);
      staged.syncFolder();
      return kept;
    } catch (const fs::filesystem_error& failure) {
      throw Error(ErrorKind::resource, "cannot restore \"" + path + "\": " + failure.what());
    }
  }

 private:
  static std::string pathOf(const DatabaseUrl& url) {
    const Location location = locate(url);
    if (location.path.empty()) {
      throw Error(ErrorKind::usage,
                  "a database in memory belongs to its process: there are no "
                  "backups of it");
    }
    return location.path;
  }

  /// The new database, complete and on the disk, beside the name that it will have.
  class Staged {
   public:
    Staged(const SqliteCopier& copier, const std::string& file, const std::string& path,
           const DatabaseContents& contents)
        : path_(path + ".restoring") {
      fs::remove(path_);  // Of a restore that was killed.
      fs::copy_file(file, path_);
      if (copier.inspect(path_, {}).tables != contents.tables)
        throw Error(ErrorKind::data, "the copy of the backup is not equal to it; nothing was done");
      takeRightsOf(path);
      const auto mode = std::find(contents.facts.begin(), contents.facts.end(),
                                  std::pair<std::string, std::string>("journal_mode", "wal"));
      if (mode != contents.facts.end())
        execute(openForWriting(path_), "PRAGMA journal_mode = WAL", preparing);
      syncToDisk(path_);
    }
    ~Staged() {
      std::error_code ignored;
      fs::remove(path_, ignored);
    }
    Staged(const Staged&) = delete;
    Staged& operator=(const Staged&) = delete;
    const std::string& path() const noexcept { return path_; }
    void syncFolder() const {
      const fs::path folder = fs::path(path_).parent_path();
      syncToDisk(folder.empty() ? "." : folder.string());
    }

   private:
    /// Whoever could use the database that was there can use the new one.
    void takeRightsOf(const std::string& old) {
      struct stat status {};
      if (::stat(old.c_str(), &status) != 0) return;
      if (::chown(path_.c_str(), status.st_uid, status.st_gid) != 0 && errno != EPERM)
        throw Error(ErrorKind::resource, "cannot give \"" + path_ + "\" its owner");
      ::chmod(path_.c_str(), status.st_mode & 07777);
    }
    std::string path_;
  };
};

}  // namespace

const Copier& copier() noexcept {
  static const SqliteCopier instance;
  return instance;
}

}  // namespace repot::sqlite
