// A PostgreSQL session whose settings are pinned, so that no server default changes what a value
// means; see connection.hpp.
#include "postgresql/connection.hpp"

#include "postgresql/connection_error.hpp"
#include "postgresql/failover.hpp"
#include "postgresql/result_error.hpp"

#include <repot/error.hpp>
#include <repot/postgresql/bulk.hpp>

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include <thread>
#include <utility>

namespace repot::postgresql {
namespace {

/// What the server's own answer to a deadline may take before nobody waits for it any longer.
constexpr std::chrono::milliseconds answerGrace{1000};

/// libpq's message without SOCI's words around it.
std::string connectionMessage(const soci::soci_error& error) {
  std::string message = error.what();
  constexpr std::string_view prefix = "Cannot establish connection to the database";
  if (!message.starts_with(prefix)) return message;
  // What stands between differs by the version of SOCI.
  const std::size_t own = message.find_first_not_of(":. \n", prefix.size());
  return own == std::string::npos ? message : message.substr(own);
}

}  // namespace

PostgresqlConnection::PostgresqlConnection(const DatabaseUrl& url, const DatabaseOptions& options)
    : lockTimeout_(options.busyTimeout),
      prepareStatements_(options.prepareStatements),
      follows_(options.failoverTimeout && options.failoverTimeout->count() > 0) {
  try {
    // A URI has no blanks, which SOCI's reading of connection strings does not survive.
    session_ = std::make_unique<soci::session>(soci::postgresql, connectionString(url));
  } catch (const soci::soci_error& error) {
    throw connectionError(url, connectionMessage(error));
  }
  backend_ = static_cast<soci::postgresql_session_backend*>(session_->get_backend());
  PQsetNoticeReceiver(backend_->conn_, &PostgresqlConnection::onNotice, this);
  cancel_.reset(PQgetCancel(backend_->conn_), PQfreeCancel);
  guard_ = std::make_unique<DeadlineGuard>(backend_->conn_);
  // Behind a pooler a session is many servers' sessions: there each transaction sets its own.
  if (prepareStatements_) {
    run((sessionSettings() + "SET lock_timeout = " + std::to_string(lockTimeout_.count())).c_str());
  }
  if (follows_) serverLife_ = PQgetvalue(run(lifeOfServer).get(), 0, 0);
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

PreparedStatement& PostgresqlConnection::prepared(std::string_view sql) {
  return statements_.get(sql, [&](std::string_view text) {
    return std::make_unique<PreparedStatement>(*backend_, text, prepareStatements_, schemaChanged_);
  });
}

Statement& PostgresqlConnection::doPrepare(std::string_view sql) {
  return prepared(sql);
}

std::unique_ptr<Statement> PostgresqlConnection::doStream(std::string_view sql) {
  return std::make_unique<CursorStatement>(backend_->conn_,
                                           "repot_cursor_" + std::to_string(++cursors_), sql);
}

void PostgresqlConnection::doExecuteScript(const std::string& sql) {
  run(sql.c_str());
}

std::string PostgresqlConnection::startOf(std::string sql) {
  // The server refuses a prepared query whose result has other types now.
  if (std::exchange(schemaChanged_, false)) statements_.clear();
  statements_.trim();
  cursors_ = 0;
  transaction_.clear();
  if (!prepareStatements_) {
    sql += ';' + sessionSettings(true) +
           "SET LOCAL lock_timeout = " + std::to_string(lockTimeout_.count());
  }
  if (deadline_) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        *deadline_ - std::chrono::steady_clock::now());
    if (left.count() <= 0) throw Error(ErrorKind::timeout, "the deadline has passed");
    sql += "; SET LOCAL statement_timeout = " + std::to_string(left.count());
  }
  return sql;
}

void PostgresqlConnection::begin(std::string sql) {
  run(startOf(std::move(sql)).c_str());
}

void PostgresqlConnection::begin(LockMode, Isolation isolation) {
  switch (isolation) {
    case Isolation::readCommitted:
      return beginMarked("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
    case Isolation::repeatableRead:
      return beginMarked("BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE");
    case Isolation::serializable:
      return beginMarked("BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE");
  }
}

void PostgresqlConnection::beginRead() {
  begin(startOfRead);
}

void PostgresqlConnection::beginSchemaChange(std::chrono::milliseconds wait) {
  const auto lockTimeout = [](std::chrono::milliseconds timeout) {
    return "SET LOCAL lock_timeout = " + std::to_string(timeout.count());
  };
  // Read committed: what is read behind the lock is what the transaction before has left.
  begin("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
  schemaChanged_ = true;
  try {
    run((lockTimeout(wait) +
         "; SELECT pg_advisory_xact_lock(hashtextextended('repot schema ' || "
         "coalesce(current_schema(), ''), 0)); " +
         lockTimeout(lockTimeout_))
            .c_str());
  } catch (...) {
    rollback();
    throw;
  }
}

void PostgresqlConnection::rollback() noexcept {
  if (PQtransactionStatus(backend_->conn_) == PQTRANS_IDLE) return;
  const Result result(PQexec(backend_->conn_, "ROLLBACK"));
}

void PostgresqlConnection::setDeadline(
    std::optional<std::chrono::steady_clock::time_point> deadline) {
  deadline_ = deadline;
  guard_->set(deadline ? std::optional(*deadline + answerGrace) : std::nullopt);
}

void PostgresqlConnection::interrupt() noexcept {
  // The request takes its own way and may arrive late, so the connection is not used again.
  interrupted_ = true;
  try {
    guard_->set(std::chrono::steady_clock::now() + answerGrace);
    // It waits for the server, and behind a dead network for long; the caller does not.
    std::thread([cancel = cancel_] {
      char message[256];
      PQcancel(cancel.get(), message, sizeof message);
    }).detach();
  } catch (const std::exception&) {
    // No thread or no memory: the guard, or the deadline, ends it later.
  }
}

StorageFigures PostgresqlConnection::storage() {
  const Result result =
      run("SELECT pg_database_size(current_database()), current_setting('block_size')::bigint");
  StorageFigures figures;
  figures.pageBytes = std::stoll(PQgetvalue(result.get(), 0, 1));
  figures.pages = std::stoll(PQgetvalue(result.get(), 0, 0)) / figures.pageBytes;
  return figures;
}

bool PostgresqlConnection::isUsable() noexcept {
  return !interrupted_ && PQstatus(backend_->conn_) == CONNECTION_OK &&
         PQtransactionStatus(backend_->conn_) == PQTRANS_IDLE;
}

bool PostgresqlConnection::ping() noexcept {
  const Result result(PQexec(backend_->conn_, "SELECT 1"));
  return PQresultStatus(result.get()) == PGRES_TUPLES_OK;
}

}  // namespace repot::postgresql
