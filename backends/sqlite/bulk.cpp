// Opens a source: judges the file, hardens each handle, and takes one snapshot over all of them.
#include "sqlite/integrity.hpp"
#include "sqlite/private_copy.hpp"
#include "sqlite/sniff.hpp"

#include <repot/sqlite/bulk.hpp>
#include <repot/sqlite/errors.hpp>

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>

namespace repot::sqlite {
namespace {

int compareBytes(void*, int leftSize, const void* left, int rightSize, const void* right) {
  const auto common = static_cast<std::size_t>(std::min(leftSize, rightSize));
  const int order = common == 0 ? 0 : std::memcmp(left, right, common);
  return order != 0 ? order : leftSize - rightSize;
}

/// Codes with which SQLite says that a database in WAL mode cannot be read where it lies.
bool needsCopy(int code) noexcept {
  switch (code & 0xff) {
    case SQLITE_CANTOPEN:
      return true;
    case SQLITE_READONLY:
      return code != SQLITE_READONLY_ROLLBACK && code != SQLITE_READONLY_DBMOVED;
    default:
      return false;
  }
}

}  // namespace

SqliteReader::SqliteReader(const std::string& path, std::chrono::milliseconds busyTimeout) {
  // An absolute path (sniff() gives one) can be neither ":memory:" nor a URI, even where SQLite was
  // built to read those by default.
  const int result =
      sqlite3_open_v2(path.c_str(), &handle_,
                      SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  if (result != SQLITE_OK) {
    const Error failure = sqliteError(handle_, "opening \"" + path + "\"");
    sqlite3_close_v2(std::exchange(handle_, nullptr));
    throw failure;
  }
  sqlite3_busy_timeout(handle_, static_cast<int>(busyTimeout.count()));
  for (const int setting : {SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_DQS_DDL,
                            SQLITE_DBCONFIG_TRUSTED_SCHEMA, SQLITE_DBCONFIG_ENABLE_TRIGGER}) {
    sqlite3_db_config(handle_, setting, 0, nullptr);
  }
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_limit(handle_, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_collation_needed(handle_, this, &SqliteReader::provideCollation);
  try {
    execute("PRAGMA query_only=ON");
    execute("PRAGMA cell_size_check=ON");
    trustIfNeeded();
  } catch (...) {
    sqlite3_close_v2(std::exchange(handle_, nullptr));
    throw;
  }
}

SqliteReader::~SqliteReader() {
  sqlite3_close_v2(handle_);
}

void SqliteReader::provideCollation(void* self, sqlite3* handle, int, const char* name) {
  // Failing to register makes the statement that needs it fail, with SQLite's own message.
  sqlite3_create_collation_v2(handle, name, SQLITE_UTF8, nullptr, compareBytes, nullptr);
  static_cast<SqliteReader*>(self)->unknownCollations_.emplace_back(name);
}

/// Older SQLite counts its own JSON functions among the unsafe ones, and then cannot read a schema
/// that has them in a generated column or an index. Nothing but built-in functions is registered
/// here, extensions cannot be loaded, and the handle cannot write: trusting is harmless.
void SqliteReader::trustIfNeeded() {
  try {
    execute("SELECT 1 FROM sqlite_schema LIMIT 1");
  } catch (const Error& failure) {
    if (std::string_view(failure.what()).find("unsafe use of") == std::string_view::npos) throw;
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, nullptr);
  }
}

void SqliteReader::execute(const char* sql) {
  if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw sqliteError(handle_, "reading the database").withStatement(sql);
  }
}

struct SqliteSource::State {
  std::string path;
  std::chrono::milliseconds busyTimeout{};
  std::size_t readersWanted = 1;
  SniffedFile file;
  std::optional<PrivateCopy> copy;
  mutable std::mutex mutex;  ///< Of the list of readers and of `watch`, once the source is open.
  std::vector<std::unique_ptr<SqliteReader>> readers;
  std::unique_ptr<SqliteReader> watch;  ///< Outside the snapshot: sees whether others commit.
  std::int64_t version = 0;             ///< What it saw at the snapshot.

  std::string readPath() const { return copy ? copy->path() : file.realPath; }
  void openReaders(const std::string& where, const SourceOptions& options) {
    readers.clear();
    watch.reset(new SqliteReader(where, options.busyTimeout));
    readersWanted = std::max<std::size_t>(1, options.readers);
    fillReaders(where);
  }
  void fillReaders(const std::string& where) {
    while (readers.size() < readersWanted) {
      std::unique_ptr<SqliteReader> reader(new SqliteReader(where, busyTimeout));
      const std::lock_guard lock(mutex);  // interrupt() may look at the list.
      readers.push_back(std::move(reader));
    }
  }
  std::int64_t pragma(SqliteReader& reader, const char* sql) {
    Statement statement = reader.prepare(sql);
    return statement.step() ? statement.int64(0) : 0;
  }
  bool tryEnterSnapshot();
  void enterSnapshot();
  void leaveSnapshot() noexcept {
    for (const auto& reader : readers) {
      if (sqlite3_get_autocommit(reader->raw()) == 0) {
        sqlite3_exec(reader->raw(), "ROLLBACK", nullptr, nullptr, nullptr);
      }
    }
  }
};

/// Each reader begins and reads once. Nobody committed in between if the watching connection's
/// data_version did not move, and then all of them see the same database.
bool SqliteSource::State::tryEnterSnapshot() {
  const std::int64_t before = version = pragma(*watch, "PRAGMA data_version");
  const std::int64_t schema = pragma(*watch, "PRAGMA schema_version");
  bool sameSchema = true;
  for (const auto& reader : readers) {
    reader->execute("BEGIN");
    sameSchema = pragma(*reader, "PRAGMA schema_version") == schema && sameSchema;
    Statement read = reader->prepare("SELECT count(*) FROM sqlite_schema");
    read.step();
  }
  return sameSchema && pragma(*watch, "PRAGMA data_version") == before;
}

void SqliteSource::State::enterSnapshot() {
  constexpr int attempts = 100;  // A commit in the few microseconds it takes is rare.
  try {
    fillReaders(readPath());
    for (int attempt = 0; attempt < attempts; ++attempt) {
      if (tryEnterSnapshot()) return;
      leaveSnapshot();
    }
    // Under writers at full speed, who need not wait for us: one alone has a snapshot of its own.
    {
      const std::lock_guard lock(mutex);
      readers.resize(1);
    }
    tryEnterSnapshot();
  } catch (...) {
    leaveSnapshot();
    throw;
  }
}

SqliteSource::SqliteSource(std::unique_ptr<State> state) : state_(std::move(state)) {}
SqliteSource::~SqliteSource() = default;
SqliteSource::SqliteSource(SqliteSource&&) noexcept = default;
SqliteSource& SqliteSource::operator=(SqliteSource&&) noexcept = default;

SqliteSource SqliteSource::open(const std::string& path, const SourceOptions& options) {
  auto state = std::make_unique<State>();
  state->path = path;
  state->busyTimeout = options.busyTimeout;
  state->file = sniff(path);
  const std::string& realPath = state->file.realPath;
  try {
    state->openReaders(realPath, options);
    if (options.privateCopy) {
      state->copy.emplace(options.temporaryDirectory);
      state->copy->copyDatabase(state->watch->raw(), realPath);
      state->openReaders(state->copy->path(), options);
    }
    state->enterSnapshot();
  } catch (const Error& failure) {
    // What a killed writer left is undone in a copy where one was asked for, and nowhere else.
    const bool halfDone = options.privateCopy && failure.backendCode() == SQLITE_READONLY_ROLLBACK;
    const bool readable = halfDone || (state->file.walMode && needsCopy(failure.backendCode()));
    if (!readable || (state->copy && !halfDone))
      throw failure.within("cannot read \"" + path + "\"");
    state->copy.emplace(options.temporaryDirectory);
    state->copy->copyFiles(realPath);
    if (halfDone) state->copy->rollBack();
    state->openReaders(state->copy->path(), options);
    state->enterSnapshot();
    state->file.notes.emplace_back(
        halfDone ? "a writer was killed and left a transaction half done; a private copy of the "
                   "database was read, in which that is undone"
                 : "the database could not be read in place (WAL mode in a directory without write "
                   "access); a private copy of it and its -wal file was read");
  }
  return SqliteSource(std::move(state));
}

SqliteReader& SqliteSource::reader(std::size_t index) {
  const std::lock_guard lock(state_->mutex);
  return *state_->readers.at(index);
}
std::size_t SqliteSource::readerCount() const noexcept {
  const std::lock_guard lock(state_->mutex);
  return state_->readers.size();
}

bool SqliteSource::addReader() {
  const std::lock_guard lock(state_->mutex);
  try {
    // Without patience: a writer that waits for the other readers lets no new one in.
    std::unique_ptr<SqliteReader> reader(new SqliteReader(state_->readPath(), {}));
    reader->execute("BEGIN");
    // Reading begins the snapshot, which is the others' if nobody committed since theirs.
    state_->pragma(*reader, "PRAGMA schema_version");
    if (state_->pragma(*state_->watch, "PRAGMA data_version") != state_->version) return false;
    state_->readers.push_back(std::move(reader));
    return true;
  } catch (const Error&) {
    return false;  // Those that are there suffice.
  }
}

void SqliteSource::refreshSnapshot() {
  state_->leaveSnapshot();
  state_->enterSnapshot();
}

void SqliteSource::leaveSnapshot() noexcept {
  state_->leaveSnapshot();
}

bool SqliteSource::writtenSinceSnapshot() {
  const std::lock_guard lock(state_->mutex);
  if (state_->copy) return state_->copy->sourceChanged();
  return state_->pragma(*state_->watch, "PRAGMA data_version") != state_->version;
}

std::vector<std::string> SqliteSource::quickCheck(const std::stop_token& stop) const {
  SqliteReader reader(state_->readPath(), state_->busyTimeout);
  const std::stop_callback interrupt(stop, [&] { sqlite3_interrupt(reader.raw()); });
  std::vector<std::string> problems;
  try {
    addProblems(problems, reader, "PRAGMA quick_check(20)");
  } catch (const Error&) {
    if (!stop.stop_requested()) throw;
  }
  return problems;
}

void SqliteSource::interrupt() noexcept {
  const std::lock_guard lock(state_->mutex);
  for (const auto& reader : state_->readers)
    sqlite3_interrupt(reader->raw());
}

const std::string& SqliteSource::path() const noexcept {
  return state_->path;
}
std::int64_t SqliteSource::bytes() const noexcept {
  return state_->file.bytes;
}
bool SqliteSource::isPrivateCopy() const noexcept {
  return state_->copy.has_value();
}
const std::vector<std::string>& SqliteSource::notes() const noexcept {
  return state_->file.notes;
}

}  // namespace repot::sqlite
