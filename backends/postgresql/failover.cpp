// What a connection tells of its server's place among others, how its commits are known, and what
// became of one that was not answered.
#include "postgresql/failover.hpp"

#include "postgresql/connection.hpp"
#include "postgresql/result_error.hpp"

#include <repot/error.hpp>

#include <soci/postgresql/soci-postgresql.h>

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace repot::postgresql {
namespace {

/// Up to where the commit before it reaches at least. What is flushed may not hold one that nobody
/// waited for; where the next record goes is behind it always, but may never be reached as such.
constexpr const char* commitAndPosition =
    "COMMIT; SELECT CASE pg_catalog.current_setting('synchronous_commit') WHEN 'off'"
    " THEN pg_catalog.pg_current_wal_insert_lsn() ELSE pg_catalog.pg_current_wal_flush_lsn() END"
    " OPERATOR(pg_catalog.-) '0/0'::pg_lsn";

/// A standby that follows no longer the history of the primary may be ahead of it in numbers, and
/// yet lacks what it has. Who may not read pg_stat_wal_receiver hears of a new history only once
/// the standby has noted it in its control file, some minutes later.
constexpr const char* stateOfServer =
    "SELECT r, CASE WHEN r THEN pg_catalog.pg_last_wal_replay_lsn()"
    " ELSE pg_catalog.pg_current_wal_lsn() END OPERATOR(pg_catalog.-) '0/0'::pg_lsn,"
    " CASE WHEN r THEN GREATEST("
    "(SELECT timeline_id FROM pg_catalog.pg_control_checkpoint()),"
    "(SELECT min_recovery_end_timeline FROM pg_catalog.pg_control_recovery()),"
    "(SELECT received_tli FROM pg_catalog.pg_stat_wal_receiver))"
    " ELSE ('x' || pg_catalog.substr(pg_catalog.pg_walfile_name("
    "pg_catalog.pg_current_wal_lsn()), 1, 8))::bit(32)::int END"
    " FROM (SELECT pg_catalog.pg_is_in_recovery() AS r OFFSET 0) AS server";

std::uint64_t number(const PGresult* result, int column) {
  const std::string_view text(PQgetvalue(result, 0, column));
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool isTrue(const PGresult* result, int column) {
  return std::string_view(PQgetvalue(result, 0, column)) == "t";
}

/// BEGIN … READ WRITE, and asking for a transaction's number, on a server in recovery.
bool isRefusalOfStandby(const Error& error) {
  return error.sqlState() == "25006" ||
         (error.sqlState() == "0A000" && error.statement().starts_with("BEGIN"));
}

}  // namespace

bool tellsUnconfirmed(const PGresult* notice) noexcept {
  // By what does not depend on the server's language.
  const char* const function = PQresultErrorField(notice, PG_DIAG_SOURCE_FUNCTION);
  return function != nullptr && std::string_view(function) == "SyncRepWaitForLSN";
}

void PostgresqlConnection::onNotice(void* connection, const PGresult* notice) noexcept {
  // Other notices ("table exists already, skipping") are no business of the application's stderr.
  if (tellsUnconfirmed(notice)) static_cast<PostgresqlConnection*>(connection)->unconfirmed_ = true;
}

void PostgresqlConnection::beginMarked(std::string sql) {
  try {
    if (!follows_) return begin(std::move(sql));
    // Its number is known before COMMIT then, for no round trip more.
    const std::string start = startOf(std::move(sql));
    transaction_ =
        PQgetvalue(runForRows(start + "; SELECT pg_catalog.pg_current_xact_id()").get(), 0, 0);
  } catch (const Error& error) {
    rollback();
    if (!isRefusalOfStandby(error)) throw;
    // Not a matter of rights: with another server it works.
    throw Error(ErrorKind::connection, "the server is a standby, on which nothing can be written")
        .withSqlState("25006");
  }
}

void PostgresqlConnection::doCommit() {
  unconfirmed_ = false;
  storedAt_ = 0;
  try {
    std::string outcome;
    if (transaction_.empty()) {
      outcome = PQcmdStatus(run("COMMIT").get());
    } else {
      if (PQsendQuery(backend_->conn_, commitAndPosition) == 0)
        throw errorOf(backend_->conn_, nullptr);
      Result result(PQgetResult(backend_->conn_));
      if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
        throw errorOf(backend_->conn_, result.get()).withStatement("COMMIT");
      outcome = PQcmdStatus(result.get());
      // From here on it is stored, whatever becomes of the rest.
      while ((result = Result(PQgetResult(backend_->conn_)))) {
        if (PQresultStatus(result.get()) == PGRES_TUPLES_OK) storedAt_ = number(result.get(), 0);
      }
    }
    // After a failed statement the server answers COMMIT with a rollback, and no error.
    if (outcome == "ROLLBACK") {
      throw Error(
          ErrorKind::usage,
          "a statement of the unit of work had failed, so nothing of it was stored; let the "
          "error of that statement go on, or run it inside nested()");
    }
  } catch (Error& error) {
    if (PQstatus(backend_->conn_) != CONNECTION_OK) {
      error =
          error.within("the connection was lost during COMMIT; the work may or may not be stored");
      error.withUnknownOutcome();
    }
    throw;
  }
  if (unconfirmed_) {
    throw Error(ErrorKind::timeout,
                "the commit is stored on this server, but its time was up before a synchronous "
                "standby had confirmed it, so a failover may still lose it")
        .withUnknownOutcome();
  }
}

ServerState PostgresqlConnection::serverState() {
  const Result result = run(stateOfServer);
  return {isTrue(result.get(), 0), number(result.get(), 1), number(result.get(), 2)};
}

ServerState PostgresqlConnection::beginReadOn(std::optional<std::uint64_t> position) {
  // Before the transaction: whatever is asked within it sees, or makes, its snapshot already. A
  // primary is asked, too: it may have come back as a standby since somebody looked.
  const Result result = runForRows(
      "BEGIN READ ONLY; SELECT CASE WHEN pg_catalog.pg_is_in_recovery()"
      " THEN pg_catalog.pg_last_wal_replay_lsn() OPERATOR(pg_catalog.-) '0/0'::pg_lsn END; "
      "COMMIT; " +
      startOf(startOfRead));
  ServerState state;
  state.standby = PQgetisnull(result.get(), 0, 0) == 0;
  state.position = state.standby ? number(result.get(), 0) : 0;
  if (!state.suits(position)) rollback();
  return state;
}

Result PostgresqlConnection::runForRows(const std::string& sql) {
  if (PQsendQuery(backend_->conn_, sql.c_str()) == 0) throw errorOf(backend_->conn_, nullptr);
  Result rows;
  std::optional<Error> failure;
  while (Result result{PQgetResult(backend_->conn_)}) {
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_TUPLES_OK) {
      rows = std::move(result);
    } else if (status != PGRES_COMMAND_OK && !failure) {
      failure = errorOf(backend_->conn_, result.get()).withStatement(sql);
    }
  }
  if (failure) throw *failure;
  if (!rows) throw errorOf(backend_->conn_, nullptr).withStatement(sql);
  return rows;
}

std::string PostgresqlConnection::transactionMark() const {
  return transaction_.empty() ? std::string() : transaction_ + ' ' + serverLife_;
}

TransactionFate PostgresqlConnection::fateOf(const std::string& mark) {
  const std::size_t blank = mark.find(' ');
  const std::string transaction = mark.substr(0, blank);
  if (transaction.empty() || transaction.find_first_not_of("0123456789") != std::string::npos)
    return TransactionFate::unknown;
  // Numbers that a crash or a failover lost are given out again. Whoever has this one now, ours
  // was not stored, unless it is the one that was.
  const bool sameLife = blank != std::string::npos && mark.substr(blank + 1) == serverLife_;
  std::string status;
  try {
    const Result result =
        run(("SELECT pg_catalog.pg_xact_status('" + transaction + "'::pg_catalog.xid8)").c_str());
    status = PQgetvalue(result.get(), 0, 0);
  } catch (const Error& error) {
    if (error.sqlState() == "22023") return TransactionFate::notStored;  // "is in the future"
    throw;
  }
  if (status == "aborted") return TransactionFate::notStored;
  if (status == "in progress")
    return sameLife ? TransactionFate::running : TransactionFate::notStored;
  if (status != "committed" || !sameLife) return TransactionFate::unknown;
  // Where the session was ended as it waited for synchronous standbys it is stored here alone;
  // a commit behind it waits for what they have of both.
  unconfirmed_ = false;
  run("SELECT pg_catalog.pg_logical_emit_message(true, 'repot', '')");
  return unconfirmed_ ? TransactionFate::unknown : TransactionFate::stored;
}

}  // namespace repot::postgresql
