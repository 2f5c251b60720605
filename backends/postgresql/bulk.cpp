// Bulk transfer through libpq; see bulk.hpp.
#include "postgresql/connection_error.hpp"
#include "postgresql/failover.hpp"
#include "postgresql/result_error.hpp"
#include "postgresql/servers.hpp"

#include <repot/error.hpp>
#include <repot/postgresql/bulk.hpp>

#include <libpq-fe.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

namespace repot::postgresql {
namespace {

// PGCOPY signature, no flags, no header extension (PostgreSQL manual, COPY, "Binary Format").
constexpr std::string_view header("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
constexpr std::string_view trailer("\377\377", 2);
// libpq copies what it is given into its own buffer; slices keep that copy small.
constexpr std::size_t sliceBytes = std::size_t{1} << 20;

struct ResultDeleter {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ResultDeleter>;

Result startCopy(BulkConnection& connection, const std::string& sql, ExecStatusType wanted) {
  Result result(PQexec(connection.raw(), sql.c_str()));
  if (PQresultStatus(result.get()) != wanted) {
    throw errorOf(connection.raw(), result.get()).withStatement(sql);
  }
  return result;
}

/// Takes all results that are left, so that the connection can be used again; the first failure.
Result drain(PGconn* connection) {
  Result kept;
  while (PGresult* result = PQgetResult(connection)) {
    Result owned(result);
    if (!kept || PQresultStatus(kept.get()) == PGRES_COMMAND_OK) kept = std::move(owned);
  }
  return kept;
}

[[noreturn]] void malformed(std::string_view what) {
  throw Error(ErrorKind::internal,
              "the server's binary COPY stream is malformed: " + std::string(what));
}

}  // namespace

std::string connectionString(const DatabaseUrl& url) {
  DatabaseUrl plain = url.withoutDriver().withoutOptions("repot_");
  // A service's settings are the user's, and what stands in the URL would win over them.
  const auto set = [](const char* variable) { return std::getenv(variable) != nullptr; };
  if (plain.option("service") || set("PGSERVICE")) return plain.toStringWithSecrets();
  const auto inEnvironment = [&](std::string_view name) {
    return name == "connect_timeout" && set("PGCONNECT_TIMEOUT");
  };
  // libpq waits two hours before it asks whether the other side still lives, and for ever for an
  // answer to what it sent; and for a connection as long as TCP does.
  static constexpr std::pair<const char*, const char*> defaults[] = {
      {"fallback_application_name", "repot"},
      {"connect_timeout", "30"},
      {"keepalives_idle", "60"},
      {"keepalives_interval", "10"},
      {"keepalives_count", "3"},
      {"tcp_user_timeout", "90000"}};
  for (const auto& [name, value] : defaults) {
    if (!plain.option(name) && !inEnvironment(name)) plain = plain.withOption(name, value);
  }
  // Of several servers the first may be a standby, or dead; libpq would take whichever answers.
  if (!plain.option("target_session_attrs") && !serversOf(url).empty())
    plain = plain.withOption("target_session_attrs", "read-write");
  return plain.toStringWithSecrets();
}

std::string sessionSettings(bool local) {
  std::string sql;
  for (const char* const setting :
       {"client_encoding = 'UTF8'", "TimeZone = 'UTC'", "DateStyle = 'ISO, YMD'",
        "IntervalStyle = 'postgres'", "bytea_output = 'hex'", "extra_float_digits = 1",
        "standard_conforming_strings = on", "statement_timeout = 0",
        "idle_in_transaction_session_timeout = 0", "lock_timeout = '30s'",
        "client_min_messages = warning"}) {
    sql += std::string(local ? "SET LOCAL " : "SET ") + setting + ';';
  }
  if (local) return sql;
  // Within a transaction its own BEGIN says whether it may write.
  sql += "SET default_transaction_read_only = off;";
  // A client that died with its network says no farewell. As Linux has it the server would keep the
  // session, with its locks, for two hours; so it asks as the client does. Unix sockets ignore it.
  for (const char* const setting : {"tcp_keepalives_idle = 60", "tcp_keepalives_interval = 10",
                                    "tcp_keepalives_count = 3", "tcp_user_timeout = '90s'"}) {
    sql += std::string("SET ") + setting + ';';
  }
  return sql;
}

std::string runSettings() {
  // One session of a run waits for the others, idle, for as long as they need. Servers know only
  // the settings of their own version: transaction_timeout came with 17.
  return "SELECT pg_catalog.count(pg_catalog.set_config(name, value, false)) FROM (VALUES "
         "('idle_session_timeout', '0'), ('transaction_timeout', '0'), "
         "('default_transaction_isolation', 'read committed'), "
         "('default_transaction_deferrable', 'off'), ('quote_all_identifiers', 'off')"
         ") AS wanted(name, value) WHERE pg_catalog.current_setting(name, true) IS NOT NULL";
}

BulkConnection::BulkConnection(const DatabaseUrl& url)
    : connection_(PQconnectdb(connectionString(url).c_str())) {
  if (PQstatus(connection_) != CONNECTION_OK) {
    const std::string message = PQerrorMessage(connection_);
    PQfinish(connection_);
    throw connectionError(url, message);
  }
  PQsetNoticeReceiver(connection_, &BulkConnection::onNotice, this);
  try {
    if (SilenceWatch::active()) session_.watch(PQsocket(connection_), 0);
    execute(sessionSettings());
    value(runSettings());
    // Not by PQbackendPID(): a pooler before the server makes that up.
    if (SilenceWatch::active())
      session_.watchBy(PQsocket(connection_), value(WatchedSession::backendSql));
  } catch (...) {
    session_.forget();
    PQfinish(connection_);
    throw;
  }
}

void BulkConnection::onNotice(void* connection, const pg_result* notice) noexcept {
  if (tellsUnconfirmed(notice)) static_cast<BulkConnection*>(connection)->unconfirmed_ = true;
}

BulkConnection::~BulkConnection() {
  session_.forget();
  PQfinish(connection_);
}

void BulkConnection::execute(const std::string& sql) {
  const WatchedSession::Wait wait(session_);
  const Result result(PQexec(connection_, sql.c_str()));
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
    throw errorOf(connection_, result.get()).withStatement(sql);
  }
}

std::string BulkConnection::value(const std::string& sql) {
  const WatchedSession::Wait wait(session_);
  const Result result(PQexec(connection_, sql.c_str()));
  if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) {
    throw errorOf(connection_, result.get()).withStatement(sql);
  }
  return PQntuples(result.get()) == 0 ? std::string() : PQgetvalue(result.get(), 0, 0);
}

CopyWriter::CopyWriter(BulkConnection& connection, const std::string& copySql,
                       std::size_t batchBytes)
    : connection_(connection), batchBytes_(batchBytes) {
  const WatchedSession::Wait wait(connection.session());
  startCopy(connection, copySql, PGRES_COPY_IN);
  open_ = true;
  buffer_.append(header);
}

void CopyWriter::fail(const pg_result* result) {
  const char* const context =
      result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_CONTEXT);
  if (context != nullptr) failure_ = context;
  throw errorOf(connection_.raw(), result);
}

/// Out of "COPY name, line 3", in the server's language. A line of the binary form is a row.
long long CopyWriter::failedRow(const std::string& table) const {
  const std::string prefix = "COPY " + table + ", ";
  if (!failure_.starts_with(prefix)) return 0;
  const std::size_t digits = failure_.find_first_of("0123456789", prefix.size());
  return digits < failure_.find('\n') ? std::atoll(failure_.c_str() + digits) : 0;
}

CopyWriter::~CopyWriter() {
  if (!open_) return;
  const WatchedSession::Wait wait(connection_.session());
  PQputCopyEnd(connection_.raw(), "the copy was given up");
  drain(connection_.raw());
}

void CopyWriter::send(const char* data, std::size_t size) {
  bytes_ += static_cast<long long>(size);
  while (size > 0) {
    const WatchedSession::Wait wait(connection_.session());
    const std::size_t slice = std::min(size, sliceBytes);
    if (PQputCopyData(connection_.raw(), data, static_cast<int>(slice)) != 1) {
      // The server's reason, if it gave one before the connection went, says more than libpq's.
      open_ = false;
      PQputCopyEnd(connection_.raw(), "the copy failed");
      const Result result = drain(connection_.raw());
      fail(result.get());
    }
    data += slice;
    size -= slice;
  }
}

void CopyWriter::flush() {
  send(buffer_.data(), buffer_.size());
  buffer_.clear();
}

void CopyWriter::appendLarge(std::string_view bytes) {
  flush();
  send(bytes.data(), bytes.size());
}

long long CopyWriter::finish() {
  buffer_.append(trailer);
  flush();
  open_ = false;
  const WatchedSession::Wait wait(connection_.session());
  if (PQputCopyEnd(connection_.raw(), nullptr) != 1) fail(nullptr);
  const Result result = drain(connection_.raw());
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) fail(result.get());
  return std::stoll(PQcmdTuples(result.get()));
}

CopyReader::CopyReader(BulkConnection& connection, const std::string& copySql)
    : connection_(connection) {
  const WatchedSession::Wait wait(connection.session());
  startCopy(connection, copySql, PGRES_COPY_OUT);
}

CopyReader::~CopyReader() {
  if (message_ != nullptr) PQfreemem(message_);
  if (done_) return;
  const WatchedSession::Wait wait(connection_.session());
  // Reading a large table to its end only to throw it away would take as long as reading it.
  if (PGcancel* cancel = PQgetCancel(connection_.raw())) {
    char reason[256];
    PQcancel(cancel, reason, sizeof reason);
    PQfreeCancel(cancel);
  }
  char* rest = nullptr;
  while (PQgetCopyData(connection_.raw(), &rest, 0) > 0)
    PQfreemem(rest);
  drain(connection_.raw());
}

bool CopyReader::receive() {
  if (message_ != nullptr) PQfreemem(message_);
  message_ = nullptr;
  int size = PQgetCopyData(connection_.raw(), &message_, 1);
  // The clock is looked at only where there is something to wait for.
  std::optional<WatchedSession::Wait> wait;
  if (size == 0) {
    wait.emplace(connection_.session());
    size = PQgetCopyData(connection_.raw(), &message_, 0);
  }
  if (size > 0) {
    bytes_ = std::string_view(message_, static_cast<std::size_t>(size));
    return true;
  }
  done_ = true;
  if (!wait) wait.emplace(connection_.session());
  if (size == -2) throw errorOf(connection_.raw(), nullptr);
  const Result result = drain(connection_.raw());
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
    throw errorOf(connection_.raw(), result.get());
  }
  return false;
}

bool CopyReader::next(std::vector<Field>& fields) {
  while (!done_) {
    if (!receive()) malformed("no trailer");
    switch (decoder_.decode(bytes_, fields)) {
      case CopyDecoder::Part::header:
        break;
      case CopyDecoder::Part::row:
        return true;
      case CopyDecoder::Part::end:
        if (receive()) malformed("data after the trailer");
        break;
    }
  }
  return false;
}

}  // namespace repot::postgresql
