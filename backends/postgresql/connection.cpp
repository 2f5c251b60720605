// A PostgreSQL session whose settings are pinned, so that no server default changes what a value
// means; see connection.hpp.
#include "postgresql/connection.hpp"

#include "postgresql/connection_error.hpp"
#include "postgresql/result_error.hpp"

#include <repot/error.hpp>
#include <repot/postgresql/bulk.hpp>

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

namespace repot::postgresql {
namespace {

/// libpq's message without SOCI's words around it.
std::string connectionMessage(const soci::soci_error& error) {
  std::string message = error.what();
  constexpr std::string_view prefix = "Cannot establish connection to the database: ";
  if (message.starts_with(prefix)) message.erase(0, prefix.size());
  return message;
}

}  // namespace

PostgresqlConnection::PostgresqlConnection(const DatabaseUrl& url, const DatabaseOptions& options) {
  try {
    // A URI has no blanks, which SOCI's reading of connection strings does not survive.
    session_ = std::make_unique<soci::session>(soci::postgresql, connectionString(url));
  } catch (const soci::soci_error& error) {
    throw connectionError(url, connectionMessage(error));
  }
  backend_ = static_cast<soci::postgresql_session_backend*>(session_->get_backend());
  // Notices ("table exists already, skipping") are no business of the application's stderr.
  PQsetNoticeProcessor(
      backend_->conn_, [](void*, const char*) {}, nullptr);
  run(sessionSettings().c_str());
  run(("SET lock_timeout = " + std::to_string(options.busyTimeout.count())).c_str());
}

PostgresqlConnection::~PostgresqlConnection() {
  statements_.clear();  // They deallocate themselves through the session.
}

Result PostgresqlConnection::run(const char* sql) {
  Result result(PQexec(backend_->conn_, sql));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
    throw errorOf(backend_->conn_, result.get()).withStatement(sql);
  }
  return result;
}

Statement& PostgresqlConnection::prepare(std::string_view sql) {
  return statements_.get(sql, [&](std::string_view text) {
    return std::make_unique<PreparedStatement>(*backend_, text);
  });
}

void PostgresqlConnection::executeScript(const std::string& sql) {
  run(sql.c_str());
}

void PostgresqlConnection::begin(LockMode, Isolation isolation) {
  statements_.trim();
  switch (isolation) {
    case Isolation::readCommitted:
      run("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
      break;
    case Isolation::repeatableRead:
      run("BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE");
      break;
    case Isolation::serializable:
      run("BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE");
      break;
  }
}

void PostgresqlConnection::beginRead() {
  statements_.trim();
  run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

void PostgresqlConnection::commit() {
  try {
    const Result result = run("COMMIT");
    // After a failed statement the server answers COMMIT with a rollback, and no error.
    if (std::string_view(PQcmdStatus(result.get())) == "ROLLBACK") {
      throw Error(
          ErrorKind::usage,
          "a statement of the unit of work had failed, so nothing of it was stored; let the "
          "error of that statement go on, or run it inside nested()");
    }
  } catch (Error& error) {
    if (error.kind() == ErrorKind::connection) {
      error =
          error.within("the connection was lost during COMMIT; the work may or may not be stored");
      error.withUnknownOutcome();
    }
    throw;
  }
}

void PostgresqlConnection::rollback() noexcept {
  if (PQtransactionStatus(backend_->conn_) == PQTRANS_IDLE) return;
  const Result result(PQexec(backend_->conn_, "ROLLBACK"));
}

bool PostgresqlConnection::isUsable() noexcept {
  return PQstatus(backend_->conn_) == CONNECTION_OK &&
         PQtransactionStatus(backend_->conn_) == PQTRANS_IDLE;
}

bool PostgresqlConnection::ping() noexcept {
  const Result result(PQexec(backend_->conn_, "SELECT 1"));
  return PQresultStatus(result.get()) == PGRES_TUPLES_OK;
}

}  // namespace repot::postgresql
