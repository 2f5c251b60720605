// The control connection through libpqxx; see control.hpp.
#include "engine/run/control.hpp"

#include "engine/plan.hpp"
#include "engine/run/pqxx_versions.hpp"

#include <repot/error.hpp>
#include <repot/postgresql/bulk.hpp>
#include <repot/postgresql/errors.hpp>
#include <repot/postgresql/pooler.hpp>

namespace repot::migrate {
namespace {

std::string firstLine(const std::string& message) {
  std::string line = message.substr(0, message.find('\n'));
  constexpr std::string_view prefix = "ERROR:  ";
  return line.starts_with(prefix) ? line.substr(prefix.size()) : line;
}

/// Runs `action` and turns libpqxx's exceptions into Repot's. Of a connection that broke it does
/// not always say so by the type.
template <typename Action>
auto translated(const pqxx::connection* connection, const std::string& sql, Action action) {
  const auto lost = [&](const std::exception& error) {
    return Error(ErrorKind::connection,
                 "the connection to the target was lost: " + firstLine(error.what()))
        .withStatement(sql);
  };
  try {
    return action();
  } catch (const pqxx::broken_connection& error) {
    throw lost(error);
  } catch (const pqxx::sql_error& error) {
    // libpqxx 6 gives all of its errors their state but this one.
    const bool denied = dynamic_cast<const pqxx::insufficient_privilege*>(&error) != nullptr;
    const std::string state = denied ? "42501" : error.sqlstate();
    if (state.empty() && connection != nullptr && !connection->is_open()) throw lost(error);
    const ErrorKind kind = state.empty() ? ErrorKind::internal : postgresql::errorKind(state);
    throw Error(kind, firstLine(error.what())).withSqlState(state).withStatement(sql);
  } catch (const pqxx::in_doubt_error& error) {
    throw lost(error).withUnknownOutcome();
  } catch (const pqxx::failure& error) {
    if (connection != nullptr && !connection->is_open()) throw lost(error);
    throw Error(ErrorKind::internal, firstLine(error.what())).withStatement(sql);
  }
}

}  // namespace

struct Control::State {
  explicit State(const DatabaseUrl& url)
      : target(url), connection(postgresql::connectionString(url)), quiet(connection) {}
  ~State() { session.forget(); }
  const DatabaseUrl target;
  pqxx::connection connection;
  QuietNotices quiet;
  postgresql::WatchedSession session;
};

Control::Control(const DatabaseUrl& target) {
  // A failing libpqxx connection says what libpq said, but not in which kind of trouble it is.
  postgresql::requireOwnSession(target);
  state_ = translated(nullptr, "", [&] { return std::make_unique<State>(target); });
  begin();
}

void Control::begin() {
  const bool watched = postgresql::SilenceWatch::active();
  if (watched) state_->session.watch(state_->connection.sock(), 0);
  execute(postgresql::sessionSettings());
  query(postgresql::runSettings());
  if (watched)
    state_->session.watchBy(state_->connection.sock(),
                            value(postgresql::WatchedSession::backendSql));
}

void Control::reconnect() {
  const DatabaseUrl target = state_->target;
  {
    postgresql::BulkConnection probe(target);
    if (probe.value("SELECT pg_catalog.pg_is_in_recovery()") == "t")
      throw Error(ErrorKind::connection, "the target server is a read-only standby");
  }
  state_ = translated(nullptr, "", [&] { return std::make_unique<State>(target); });
  begin();
}

Control::~Control() = default;

void Control::execute(const std::string& sql) {
  const postgresql::WatchedSession::Wait wait(state_->session);
  translated(&state_->connection, sql, [&] {
    pqxx::nontransaction work(state_->connection);
    work.exec(sql);
  });
}

Control::Rows Control::query(const std::string& sql, const std::vector<std::string>& values) {
  const postgresql::WatchedSession::Wait wait(state_->session);
  return translated(&state_->connection, sql, [&] {
    pqxx::nontransaction work(state_->connection);
    const pqxx::result result =
        values.empty() ? work.exec(sql) : migrate::execute(work, sql, values);
    Rows rows;
    rows.reserve(static_cast<std::size_t>(result.size()));
    for (const auto& row : result) {
      std::vector<std::string>& fields = rows.emplace_back();
      for (const auto& field : row)
        fields.emplace_back(field.is_null() ? "" : field.c_str());
    }
    return rows;
  });
}

std::string Control::value(const std::string& sql, const std::vector<std::string>& values) {
  const Rows rows = query(sql, values);
  return rows.empty() || rows[0].empty() ? std::string() : rows[0][0];
}

void Control::transaction(const std::vector<std::string>& statements) {
  const postgresql::WatchedSession::Wait wait(state_->session);
  std::string current;
  // The statement that fails is the one to name, not the whole list.
  try {
    translated(&state_->connection, "", [&] {
      pqxx::work work(state_->connection);
      for (const std::string& statement : statements) {
        current = statement;
        work.exec(statement);
      }
      current = "COMMIT";
      work.commit();
    });
  } catch (Error& error) {
    throw error.withStatement(current);
  }
}

void Control::together(const std::vector<std::string>& statements) {
  if (statements.empty()) return;
  // Of several statements in one message the server makes one transaction.
  std::string script;
  for (const std::string& statement : statements)
    script += statement + "\n;\n";
  try {
    execute(script);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::connection) throw;
    transaction(statements);
  }
}

void Control::setSearchPath(const std::string& schema) {
  // With pg_catalog named behind it, a table called like one of the catalog's is still the user's.
  execute("SET search_path = " + quoteIdentifier(schema) + ", pg_catalog");
}

void Control::commitLocally() {
  query(
      "SELECT pg_catalog.set_config('synchronous_commit', 'local', false) "
      "WHERE pg_catalog.current_setting('synchronous_commit') <> 'off'");
}

void Control::commitLazily() {
  execute("SET synchronous_commit = off");
}

std::vector<std::vector<std::string>> inBatches(const std::vector<std::string>& statements) {
  constexpr std::size_t most = 100;
  std::vector<std::vector<std::string>> batches;
  for (const std::string& statement : statements) {
    if (batches.empty() || batches.back().size() == most) batches.emplace_back();
    batches.back().push_back(statement);
  }
  return batches;
}

}  // namespace repot::migrate
