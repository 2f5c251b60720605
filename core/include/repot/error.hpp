// The one exception type of Repot. Errors differ by what a caller can do about them, so an error is
// a kind plus properties (can it be retried, is its outcome known) and not a tree of classes.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace repot {

/// What went wrong, the same on every backend for the same cause.
enum class ErrorKind {
  usage,           ///< The caller broke a documented precondition.
  invalidUrl,      ///< A database URL could not be understood.
  connection,      ///< No connection, or it was lost.
  authentication,  ///< The server refused the user or password.
  permission,      ///< The user may not do this (a right, a read-only file or transaction).
  notFound,        ///< A file, database, table or row that must exist does not.
  notADatabase,    ///< The file is not (or no longer) a readable database.
  busy,            ///< Locked by another user of the database; retryable.
  timeout,         ///< A deadline passed, or the operation was cancelled.
  serialization,   ///< Serialization failure or deadlock; retryable as a whole unit of work.
  unique,          ///< Unique or primary key constraint.
  foreignKey,      ///< Foreign key constraint.
  notNull,         ///< NOT NULL constraint.
  check,           ///< CHECK (or exclusion) constraint.
  data,            ///< A value that the type or the mapping cannot hold.
  schema,          ///< The statement does not fit the schema (no such table or column, syntax).
  resource,        ///< Disk full, out of memory, I/O error, too many connections.
  conflict,        ///< A row was changed by somebody else (optimistic version), or is in the way.
  internal,        ///< A defect of Repot.
};

/// The kind's stable name, as printed in messages and JSON ("foreign_key", "not_a_database", …).
std::string_view toString(ErrorKind kind) noexcept;

/// Every failure that Repot reports.
///
/// `what()` is one message that says what happened, where, and, if there is one, what to do; it
/// never holds a password nor a bound value. Context is put in front of it while it climbs.
/// Thread-safety: as std::runtime_error.
class Error : public std::runtime_error {
 public:
  /// `message` says what happened, where and what to do.
  Error(ErrorKind kind, const std::string& message);

  /// What went wrong.
  ErrorKind kind() const noexcept { return kind_; }
  /// True where running the same unit of work again may succeed (busy, serialization, deadlock).
  bool retryable() const noexcept {
    return kind_ == ErrorKind::busy || kind_ == ErrorKind::serialization;
  }
  /// False only where a connection was lost during COMMIT: the work may or may not be stored.
  bool outcomeKnown() const noexcept { return outcomeKnown_; }
  bool isConstraint() const noexcept;

  /// Five-character SQLSTATE, or empty where the backend has none.
  const std::string& sqlState() const noexcept { return sqlState_; }
  /// The backend's own code (SQLite's extended result code), 0 where it has none.
  int backendCode() const noexcept { return backendCode_; }
  /// Name of the violated constraint, or the columns ("tracks.isrc") where it has no name.
  const std::string& constraint() const noexcept { return constraint_; }
  /// The statement with placeholders; bound values are never kept.
  const std::string& statement() const noexcept { return statement_; }

  /// For backends: the properties above, set while the error is made.
  Error& withSqlState(std::string value) {
    sqlState_ = std::move(value);
    return *this;
  }
  Error& withBackendCode(int value) {
    backendCode_ = value;
    return *this;
  }
  Error& withConstraint(std::string value) {
    constraint_ = std::move(value);
    return *this;
  }
  Error& withStatement(std::string value) {
    statement_ = std::move(value);
    return *this;
  }
  Error& withUnknownOutcome() {
    outcomeKnown_ = false;
    return *this;
  }
  /// The same error with `where` in front of its message.
  Error within(std::string_view where) const;

 private:
  ErrorKind kind_;
  bool outcomeKnown_ = true;
  int backendCode_ = 0;
  std::string sqlState_;
  std::string constraint_;
  std::string statement_;
};

}  // namespace repot
