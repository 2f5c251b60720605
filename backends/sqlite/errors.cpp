// Maps SQLite's extended result codes to kinds, names the violated constraint, adds advice.
#include <repot/sqlite/errors.hpp>

#include <sqlite3.h>

#include <charconv>
#include <string>

namespace repot::sqlite {
namespace {

ErrorKind constraintKind(int code) noexcept {
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return ErrorKind::unique;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return ErrorKind::foreignKey;
    case SQLITE_CONSTRAINT_NOTNULL:
      return ErrorKind::notNull;
    case SQLITE_CONSTRAINT_DATATYPE:
      return ErrorKind::data;
    default:
      return ErrorKind::check;
  }
}

std::string_view adviceFor(int code) noexcept {
  switch (code) {
    case SQLITE_READONLY_ROLLBACK:
      return "a writer was killed and left a rollback journal that has to be rolled back first; "
             "open "
             "the database once with write access (for example `sqlite3 FILE .tables`) and try "
             "again";
    case SQLITE_READONLY_DBMOVED:
      return "the file was moved or deleted while it was open";
    case SQLITE_BUSY_SNAPSHOT:
      return "another connection wrote in between; run the transaction again";
    default:
      break;
  }
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another connection is writing; try again when it has finished";
    case SQLITE_FULL:
      return "free some disk space";
    case SQLITE_CORRUPT:
      return "the file is damaged; keep a copy of it and try `sqlite3 FILE .recover`";
    case SQLITE_NOTADB:
      return "it may be encrypted, or not be an SQLite database at all";
    default:
      return {};
  }
}

/// "UNIQUE constraint failed: t.a, t.b" → "t.a, t.b".
std::string constraintName(std::string_view message) {
  constexpr std::string_view marker = "constraint failed: ";
  const auto at = message.find(marker);
  return at == std::string_view::npos ? std::string{}
                                      : std::string(message.substr(at + marker.size()));
}

}  // namespace

ErrorKind errorKind(int resultCode) noexcept {
  switch (resultCode & 0xff) {
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
      return ErrorKind::permission;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorKind::busy;
    case SQLITE_INTERRUPT:
    case SQLITE_ABORT:
      return ErrorKind::timeout;
    case SQLITE_NOMEM:
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_PROTOCOL:
    case SQLITE_NOLFS:
      return ErrorKind::resource;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return ErrorKind::notADatabase;
    case SQLITE_NOTFOUND:
    case SQLITE_CANTOPEN:
      return ErrorKind::connection;
    case SQLITE_CONSTRAINT:
      return constraintKind(resultCode);
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
      return ErrorKind::data;
    case SQLITE_ERROR:
    case SQLITE_SCHEMA:
      return ErrorKind::schema;
    case SQLITE_MISUSE:
      return ErrorKind::usage;
    default:
      return ErrorKind::internal;
  }
}

Error sqliteError(int resultCode, std::string_view message, std::string_view context) {
  std::string text(context);
  if (!text.empty()) text += ": ";
  text += message;
  if (const std::string_view advice = adviceFor(resultCode); !advice.empty()) {
    text += "; ";
    text += advice;
  }
  // SQLite has one code for everything that goes wrong in a statement; these two are no fault of
  // the statement but of what is stored.
  const bool ofTheData = resultCode == SQLITE_ERROR &&
                         (message == "integer overflow" || message.starts_with("malformed JSON"));
  Error error(ofTheData ? ErrorKind::data : errorKind(resultCode), text);
  error.withBackendCode(resultCode);
  if (error.isConstraint()) error.withConstraint(constraintName(message));
  return error;
}

void requireRead(std::string_view problem) {
  constexpr std::string_view marker = "unable to get the page. error code=";
  const auto at = problem.find(marker);
  if (at == std::string_view::npos) {
    // Of a page in a chain; numbers that no page can have are told in other words.
    if (problem.find("failed to get page ") != std::string_view::npos)
      throw sqliteError(SQLITE_IOERR_READ, problem, "checking the file");
    return;
  }
  int code = 0;
  const char* const digits = problem.data() + at + marker.size();
  std::from_chars(digits, problem.data() + problem.size(), code);
  if (errorKind(code) == ErrorKind::notADatabase) return;
  throw sqliteError(code, sqlite3_errstr(code), "checking the file");
}

Error sqliteError(sqlite3* handle, std::string_view context) {
  if (handle == nullptr) return sqliteError(SQLITE_NOMEM, "out of memory", context);
  return sqliteError(sqlite3_extended_errcode(handle), sqlite3_errmsg(handle), context);
}

}  // namespace repot::sqlite
