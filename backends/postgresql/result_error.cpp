// A failed call of libpq as Repot's error; see result_error.hpp.
#include "postgresql/result_error.hpp"

#include "postgresql/deadline_guard.hpp"

#include <repot/postgresql/errors.hpp>

#include <string>

namespace repot::postgresql {
namespace {

std::string field(const PGresult* result, int code) {
  const char* const text = PQresultErrorField(result, code);
  return text == nullptr ? std::string() : std::string(text);
}

std::string withoutLineEnd(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
    text.pop_back();
  return text;
}

}  // namespace

Error errorOf(PGconn* connection, const PGresult* result) {
  const std::string sqlState = result == nullptr ? "" : field(result, PG_DIAG_SQLSTATE);
  if (sqlState.empty()) return errorOf(connection, "", PQerrorMessage(connection));
  std::string message = field(result, PG_DIAG_MESSAGE_PRIMARY);
  // Data errors repeat the value behind a colon ("invalid input syntax for type uuid: "…""); the
  // detail line does so too and is left out.
  if (sqlState.starts_with("22")) message = message.substr(0, message.find(": \""));
  // Names of objects alone, and without them nobody knows what to do.
  if (sqlState == "2BP01") message += ": " + field(result, PG_DIAG_MESSAGE_DETAIL);
  // "cached plan must not change result type", by what does not depend on the server's language.
  if (sqlState == "0A000" && field(result, PG_DIAG_SOURCE_FUNCTION) == "RevalidateCachedQuery") {
    return Error(ErrorKind::serialization,
                 "the schema was changed since the statement was prepared; the unit of work can be "
                 "run again")
        .withSqlState(sqlState);
  }
  Error error = errorOf(connection, sqlState, message);
  std::string constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
  if (constraint.empty() && !field(result, PG_DIAG_COLUMN_NAME).empty()) {
    constraint = field(result, PG_DIAG_TABLE_NAME) + '.' + field(result, PG_DIAG_COLUMN_NAME);
  }
  return error.withConstraint(constraint);
}

Error errorOf(PGconn* connection, std::string_view sqlState, std::string_view message) {
  // The message may be libpq's own, which is written anew when the connection is read from.
  const std::string text(message);
  // SOCI puts blanks where there is no SQLSTATE.
  const bool known = sqlState.find_first_not_of(" 0") != std::string_view::npos;
  // libpq has no SQLSTATE for its own troubles. After a write that failed it takes the connection
  // for a good one until it reads.
  if (!known) PQconsumeInput(connection);
  const bool lost = PQstatus(connection) != CONNECTION_OK;
  if (lost && DeadlineGuard::firedFor(connection)) {
    return Error(ErrorKind::timeout,
                 "the server did not answer in the time that the unit of work has");
  }
  const ErrorKind kind = lost    ? ErrorKind::connection
                         : known ? errorKind(sqlState)
                                 : ErrorKind::internal;
  Error error(kind, withoutLineEnd(text));
  if (known) error.withSqlState(std::string(sqlState));
  return error;
}

}  // namespace repot::postgresql
