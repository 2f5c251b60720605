// How a statement with placeholders would be carried out, without any value and without running it.
#include "postgresql/connection.hpp"
#include "postgresql/result_error.hpp"

#include <repot/error.hpp>
#include <repot/metrics.hpp>

#include <soci/postgresql/soci-postgresql.h>

#include <algorithm>

namespace repot::postgresql {
namespace {

/// Older servers plan for the values they get, which would be NULLs here: another plan altogether.
constexpr int firstWithGenericPlans = 120000;

/// One command, and no more: a script must not get anything run by its second statement.
Result runOne(PGconn* connection, const std::string& sql) {
  Result result(PQexecParams(connection, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0));
  const ExecStatusType status = PQresultStatus(result.get());
  // Without the server's words, which may quote a literal.
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    const Error error = errorOf(connection, result.get());
    throw Error(error.kind(), "the server makes none of it, SQLSTATE " + error.sqlState());
  }
  return result;
}

/// Conditions are told with their literals.
std::string redacted(const std::string& line) {
  const std::size_t text = std::min(line.find_first_not_of(' '), line.size());
  return line.substr(0, text) + redactSql(line.substr(text));
}

}  // namespace

std::vector<std::string> PostgresqlConnection::explain(std::string_view sql) {
  PGconn* const connection = backend_->conn_;
  if (PQserverVersion(connection) < firstWithGenericPlans) return {};
  constexpr const char* forget = "DEALLOCATE repot_explain";
  // A lock of the tables that somebody changes is not waited for.
  run("BEGIN READ ONLY; SET LOCAL plan_cache_mode = force_generic_plan; "
      "SET LOCAL lock_timeout = '100ms'; SET LOCAL statement_timeout = '5s'");
  std::vector<std::string> lines;
  try {
    runOne(connection, "PREPARE repot_explain AS " + std::string(sql));
    const Result count = runOne(connection,
                                "SELECT coalesce(cardinality(parameter_types), 0) FROM "
                                "pg_catalog.pg_prepared_statements WHERE name = 'repot_explain'");
    std::string nulls;
    for (int i = std::stoi(PQgetvalue(count.get(), 0, 0)); i > 0; --i)
      nulls += nulls.empty() ? "(NULL" : ", NULL";
    if (!nulls.empty()) nulls += ')';
    const Result plan = runOne(connection, "EXPLAIN (COSTS OFF) EXECUTE repot_explain" + nulls);
    for (int i = 0; i < PQntuples(plan.get()); ++i)
      lines.push_back(redacted(PQgetvalue(plan.get(), i, 0)));
    run(forget);
  } catch (const Error&) {
    rollback();
    const Result ignored(PQexec(connection, forget));  // Prepared is prepared, whatever is undone.
    throw;
  }
  rollback();
  return lines;
}

}  // namespace repot::postgresql
