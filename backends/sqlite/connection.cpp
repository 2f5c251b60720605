// SQLite run as its experts run it; see connection.hpp. The reasons of each setting stand beside
// it.
#include "sqlite/connection.hpp"

#include "sqlite/like_functions.hpp"
#include "sqlite/location.hpp"
#include "sqlite/schema/digest_functions.hpp"

#include <repot/error.hpp>
#include <repot/sqlite/errors.hpp>

#include <sqlite3.h>

#include <filesystem>
#include <utility>

namespace repot::sqlite {

SqliteConnection::SqliteConnection(const DatabaseUrl& url, const DatabaseOptions& options,
                                   ConnectionRole role)
    : writer_(role == ConnectionRole::writer) {
  const Location location = locate(url);
  checkFolder(location);
  try {
    session_ = SociSession::open(location.uri);
    configure(url, options, role);
  } catch (const Error& error) {
    throw error.within(url.toString());
  }
}

SqliteConnection::~SqliteConnection() {
  statements_.clear();
  beginDeferred_.reset();
  beginImmediate_.reset();
  commit_.reset();
  // Keeps the planner's statistics fresh; its failure (say, a locked file) changes nothing.
  if (writer_ && usable_)
    sqlite3_exec(session_->handle(), "PRAGMA optimize", nullptr, nullptr, nullptr);
}

void SqliteConnection::configure(const DatabaseUrl& url, const DatabaseOptions& options,
                                 ConnectionRole role) {
  sqlite3* const handle = session_->handle();
  sqlite3_extended_result_codes(handle, 1);
  waiter_ = std::make_unique<LockWaiter>(handle, options.busyTimeout);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  // A misspelt "column" must be an error, not a string.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  // Functions in a file's schema do not run with the application's rights.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  run("PRAGMA cell_size_check = ON");  // A damaged page is an error, not wrong rows.
  const bool readOnlyFile = sqlite3_db_readonly(handle, "main") == 1;
  if (!url.isInMemory()) {
    // Readers and the writer do not wait for each other. A file of another mode that nobody may
    // write stays in its mode.
    if (role == ConnectionRole::writer && !readOnlyFile)
      run(options.writeAheadLog ? "PRAGMA journal_mode = WAL" : "PRAGMA journal_mode = DELETE");
    // NORMAL with WAL: a crash of the application loses nothing, a power cut at most the last
    // commits, and never the file's consistency. FULL is there for those who want more.
    run(options.fullSync ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
    run("PRAGMA journal_size_limit = 67108864");  // A burst does not leave a huge -wal behind.
  }
  registerLikeFunctions(handle);
  registerDigestFunctions(handle);
  run("PRAGMA analysis_limit = 400");  // Bounds what PRAGMA optimize may cost.
  if (role == ConnectionRole::reader) run("PRAGMA query_only = ON");
  run("SELECT 1 FROM sqlite_schema LIMIT 1");  // Says now if this is no database.
}

void SqliteConnection::run(const char* sql) {
  if (sqlite3_exec(session_->handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw sqliteError(session_->handle(), "").withStatement(sql);
  }
}

void SqliteConnection::requireUnit() const {
  if (!inUnit_ || sqlite3_get_autocommit(session_->handle()) == 0) return;
  throw Error(ErrorKind::resource,
              "SQLite has undone the whole unit of work, as a statement of it met a full disk, an "
              "I/O error or the end of memory; let the error of that statement go on");
}

repot::Statement& SqliteConnection::doPrepare(std::string_view sql) {
  requireUnit();
  return statements_.get(sql, [&](std::string_view text) {
    return std::make_unique<PreparedStatement>(*session_, text);
  });
}

std::unique_ptr<repot::Statement> SqliteConnection::doStream(std::string_view sql) {
  requireUnit();
  return std::make_unique<PreparedStatement>(*session_, sql);
}

void SqliteConnection::setDeadline(std::optional<std::chrono::steady_clock::time_point> deadline) {
  waiter_->start(deadline);
}

void SqliteConnection::run(std::unique_ptr<PreparedStatement>& statement, std::string_view sql) {
  if (!statement) statement = std::make_unique<PreparedStatement>(*session_, sql);
  try {
    statement->next();
  } catch (...) {
    statement->reset();
    throw;
  }
  statement->reset();
}

void SqliteConnection::doExecuteScript(const std::string& sql) {
  requireUnit();
  run(sql.c_str());
}

void SqliteConnection::begin(LockMode lock, Isolation) {
  statements_.trim();
  switch (lock) {
    case LockMode::deferred:
      run(beginDeferred_, "BEGIN DEFERRED");
      break;
    case LockMode::immediate:
      run(beginImmediate_, "BEGIN IMMEDIATE");
      break;
    case LockMode::exclusive:
      run("BEGIN EXCLUSIVE");
      break;
  }
  inUnit_ = true;
}

void SqliteConnection::beginRead() {
  statements_.trim();
  if (writer_) {  // A database in memory has one connection for both.
    run("PRAGMA query_only = ON");
    readOnly_ = true;
  }
  try {
    // The first read fixes the state that is seen from there on, as on PostgreSQL.
    run(beginDeferred_, "BEGIN DEFERRED");
  } catch (...) {
    leaveMode();
    throw;
  }
  inUnit_ = true;
}

void SqliteConnection::beginSchemaChange(std::chrono::milliseconds wait) {
  statements_.trim();
  run("PRAGMA foreign_keys = OFF");  // Does nothing inside a transaction.
  changesSchema_ = true;
  try {
    const LockWaiter::Patience patience(*waiter_, wait);
    run(beginImmediate_, "BEGIN IMMEDIATE");
  } catch (...) {
    leaveMode();
    throw;
  }
  inUnit_ = true;
}

void SqliteConnection::checkForeignKeys() {
  PreparedStatement broken(*session_, "PRAGMA foreign_key_check");
  if (!broken.next()) return;
  const Value rowid = broken.column(1, ColumnType::integer);
  const auto* const number = std::get_if<std::int64_t>(&rowid);
  const std::string table = std::get<std::string>(broken.column(0, ColumnType::text));
  throw Error(ErrorKind::foreignKey,
              "a row of table \"" + table + '"' +
                  (number != nullptr ? " (rowid " + std::to_string(*number) + ')' : "") +
                  " refers to a row of table \"" +
                  std::get<std::string>(broken.column(2, ColumnType::text)) +
                  "\" that does not exist; the schema is left as it was. PRAGMA "
                  "foreign_key_check lists all such rows");
}

void SqliteConnection::doCommit() {
  requireUnit();
  if (changesSchema_) checkForeignKeys();
  run(commit_, "COMMIT");
  leaveMode();
}

void SqliteConnection::rollback() noexcept {
  sqlite3* const handle = session_->handle();
  // Some errors (disk full, I/O, out of memory) have rolled back already.
  if (sqlite3_get_autocommit(handle) == 0 &&
      sqlite3_exec(handle, "ROLLBACK", nullptr, nullptr, nullptr) != SQLITE_OK) {
    usable_ = false;
  }
  leaveMode();
}

void SqliteConnection::leaveMode() noexcept {
  inUnit_ = false;
  const auto restore = [this](const char* sql) {
    if (sqlite3_exec(session_->handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
      usable_ = false;
  };
  if (std::exchange(readOnly_, false)) restore("PRAGMA query_only = OFF");
  if (std::exchange(changesSchema_, false))
    restore("PRAGMA foreign_keys = ON; PRAGMA legacy_alter_table = OFF");
}

}  // namespace repot::sqlite
