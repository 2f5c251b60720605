// See source_copy.hpp.
#include "engine/rehearse/source_copy.hpp"

#include "engine/cutover/fence.hpp"
#include "engine/sync/capture_log.hpp"

#include <repot/error.hpp>
#include <repot/sqlite/errors.hpp>
#include <repot/sqlite/writer_handle.hpp>

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

namespace repot::migrate {
namespace {

constexpr const char* context = "copying the source";

void copyPages(sqlite3* to, sqlite3* from, const Progress& progress) {
  constexpr int pagesAtOnce = 4096;
  sqlite3_backup* const backup = sqlite3_backup_init(to, "main", from, "main");
  if (backup == nullptr) throw sqlite::sqliteError(to, context);
  int stepped = SQLITE_OK;
  while (stepped == SQLITE_OK && !progress.stop)
    stepped = sqlite3_backup_step(backup, pagesAtOnce);
  const int finished = sqlite3_backup_finish(backup);
  progress.throwIfStopped();
  if (stepped != SQLITE_DONE || finished != SQLITE_OK)
    throw sqlite::sqliteError(stepped == SQLITE_DONE ? finished : stepped, sqlite3_errmsg(to),
                              context);
}

}  // namespace

void copySource(sqlite::SqliteSource& source, const std::string& path, const Progress& progress) {
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) throw Error(ErrorKind::resource, "cannot make \"" + path + '"');
  ::close(file);
  const sqlite::WriterHandle copy = sqlite::openForWriting(path);
  sqlite::execute(copy, "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF", context);
  copyPages(copy.get(), source.reader().raw(), progress);
  sqlite::execute(copy, "PRAGMA journal_mode = OFF", context);
  sqlite::execute(copy, fenceRemovalSql(copy.get()), context);
  sqlite::execute(copy, captureRemovalSql(copy.get()), context);
  sqlite::Statement mode = source.prepare("PRAGMA journal_mode");
  const bool wal = mode.step() && mode.string(0) == "wal";
  sqlite::execute(copy, wal ? "PRAGMA journal_mode = WAL" : "PRAGMA journal_mode = DELETE",
                  context);
}

}  // namespace repot::migrate
