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

struct Stamp {
  std::uintmax_t bytes = 0;
  fs::file_time_type changed;
  bool operator==(const Stamp&) const = default;
};

Stamp stampOf(const std::string& path) {
  if (!fs::exists(path)) return {};
  return {fs::file_size(path), fs::last_write_time(path)};
}

}  // namespace

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
  const std::string wal = source + "-wal";
  try {
    for (int attempt = 0; attempt < attempts; ++attempt) {
      const Stamp before = stampOf(source);
      const Stamp walBefore = stampOf(wal);
      fs::copy_file(source, path(), fs::copy_options::overwrite_existing);
      if (fs::exists(wal)) {
        fs::copy_file(wal, path() + "-wal", fs::copy_options::overwrite_existing);
      }
      if (stampOf(source) == before && stampOf(wal) == walBefore) return;
    }
  } catch (const fs::filesystem_error& failure) {
    throw Error(ErrorKind::resource, "cannot copy \"" + source + "\": " + failure.code().message());
  }
  throw Error(ErrorKind::busy, "\"" + source +
                                   "\" is written to while it is copied; stop its writers, or give "
                                   "read access to its directory's -shm file");
}

void PrivateCopy::copyDatabase(sqlite3* source) {
  sqlite3* target = nullptr;
  int result =
      sqlite3_open_v2(path().c_str(), &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  std::string message = "out of memory";
  if (result == SQLITE_OK) {
    sqlite3_backup* backup = sqlite3_backup_init(target, "main", source, "main");
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

}  // namespace repot::sqlite
