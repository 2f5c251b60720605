// Two ways to a private copy: file by file where SQLite cannot open the original at all, and by the
// backup interface where it can.
#include "sqlite/private_copy.hpp"

#include <repot/sqlite/errors.hpp>

#include <sqlite3.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace repot::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 3> suffixes = {"", "-wal", "-journal"};

}  // namespace

PrivateCopy::Stamps PrivateCopy::stampsOf(const std::string& source) {
  Stamps stamps;
  for (std::size_t i = 0; i < suffixes.size(); ++i) {
    std::error_code missing;
    const std::string path = source + suffixes[i];
    const auto bytes = fs::file_size(path, missing);
    if (!missing && bytes > 0) stamps[i] = {bytes, fs::last_write_time(path, missing)};
  }
  return stamps;
}

bool PrivateCopy::sourceChanged() const {
  return stampsOf(source_) != stamps_;
}

PrivateCopy::PrivateCopy(const std::string& parent) {
  const char* fromEnvironment = std::getenv("TMPDIR");
  std::string pattern = parent;
  if (pattern.empty()) pattern = fromEnvironment != nullptr ? fromEnvironment : "/tmp";
  pattern += "/repot-copy-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw Error(ErrorKind::resource, "cannot make the directory \"" + pattern +
                                         "\" for a private copy: " + std::strerror(errno));
  }
  directory_ = pattern;
}

PrivateCopy::~PrivateCopy() {
  std::error_code ignored;  // A temporary directory that stays is no reason to fail.
  fs::remove_all(directory_, ignored);
}

void PrivateCopy::copyFiles(const std::string& source) {
  constexpr int attempts = 3;
  source_ = source;
  try {
    for (int attempt = 0; attempt < attempts; ++attempt) {
      stamps_ = stampsOf(source);
      for (const char* suffix : suffixes) {
        const std::string copy = path() + suffix;
        fs::remove(copy);
        if (fs::exists(source + suffix)) fs::copy_file(source + suffix, copy);
      }
      if (!sourceChanged()) return;
    }
  } catch (const fs::filesystem_error& failure) {
    throw Error(ErrorKind::resource, "cannot copy \"" + source + "\": " + failure.code().message());
  }
  throw Error(ErrorKind::busy, "\"" + source +
                                   "\" is written to while it is copied; stop its writers, or give "
                                   "read access to its directory's -shm file");
}

void PrivateCopy::copyDatabase(sqlite3* handle, const std::string& source) {
  source_ = source;
  stamps_ = stampsOf(source);
  sqlite3* target = nullptr;
  int result =
      sqlite3_open_v2(path().c_str(), &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  std::string message = "out of memory";
  if (result == SQLITE_OK) {
    sqlite3_backup* backup = sqlite3_backup_init(target, "main", handle, "main");
    // finish() does not repeat that step() gave up on a busy database, so its result counts first.
    const int stepped =
        backup == nullptr ? sqlite3_errcode(target) : sqlite3_backup_step(backup, -1);
    const int finished = sqlite3_backup_finish(backup);
    result = stepped == SQLITE_DONE ? finished : stepped;
  }
  if (target != nullptr) {
    message = result == sqlite3_errcode(target) ? sqlite3_errmsg(target) : sqlite3_errstr(result);
  }
  sqlite3_close_v2(target);
  if (result != SQLITE_OK) {
    throw sqliteError(result, message, "copying the database to a private file");
  }
}

void PrivateCopy::rollBack() {
  sqlite3* handle = nullptr;
  int result = sqlite3_open_v2(path().c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr);
  // Whoever reads first rolls back.
  if (result == SQLITE_OK)
    result = sqlite3_exec(handle, "SELECT 1 FROM sqlite_schema LIMIT 1", nullptr, nullptr, nullptr);
  const std::string message = handle == nullptr ? "out of memory" : sqlite3_errmsg(handle);
  sqlite3_close_v2(handle);
  if (result != SQLITE_OK)
    throw sqliteError(result, message, "undoing a transaction that was left half done");
}

}  // namespace repot::sqlite
