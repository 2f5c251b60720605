// Preflight, staging and publication; see target.hpp.
#include "engine/run/target.hpp"

#include "engine/run/quarantine.hpp"

#include <repot/error.hpp>

#include <array>
#include <random>

namespace repot::migrate {
namespace {

constexpr int oldestServer = 140000;
constexpr const char* stagingPrefix = "repot_staging_";

std::string randomHex() {
  std::random_device random;
  std::array<char, 9> digits{};
  std::snprintf(digits.data(), digits.size(), "%08x", random());
  return digits.data();
}

void checkRights(Control& control, const std::string& schema) {
  const std::string user = control.value("SELECT current_user");
  if (control.value("SELECT has_database_privilege(current_database(), 'CREATE')") != "t") {
    throw Error(ErrorKind::permission,
                "the role \"" + user +
                    "\" has no CREATE right on the database; run GRANT CREATE ON "
                    "DATABASE " +
                    quoteIdentifier(control.value("SELECT current_database()")) + " TO " +
                    quoteIdentifier(user));
  }
  const std::string right = control.value(
      "SELECT has_schema_privilege(oid, 'CREATE') FROM pg_catalog.pg_namespace WHERE nspname = $1",
      {schema});
  if (right.empty()) {
    throw Error(ErrorKind::notFound, "the target has no schema \"" + schema +
                                         "\"; create it, or name another by --schema");
  }
  if (right != "t") {
    throw Error(ErrorKind::permission,
                "the role \"" + user + "\" has no CREATE right on the schema \"" + schema +
                    "\"; run GRANT CREATE ON SCHEMA " + quoteIdentifier(schema) + " TO " +
                    quoteIdentifier(user));
  }
}

void checkEmpty(Control& control, const Plan& plan) {
  std::string taken;
  std::size_t count = 0;
  const auto existing = control.query(
      "SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
      "ON n.oid = c.relnamespace WHERE n.nspname = $1 "
      "UNION SELECT t.typname FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n "
      "ON n.oid = t.typnamespace WHERE n.nspname = $1 AND t.typelem = 0",
      {plan.targetSchema});
  const auto wanted = [&](const std::string& name) {
    if (!plan.quarantine.empty() && plan.quarantine == name) return true;
    for (const TablePlan& table : plan.tables) {
      if (table.target == name) return true;
    }
    for (const ViewPlan& view : plan.views) {
      if (view.shape.target == name) return true;
    }
    for (const ObjectPlan& object : plan.objects) {
      if (object.kind != ObjectPlan::Kind::check && object.kind != ObjectPlan::Kind::foreignKey &&
          object.name == name) {
        return true;
      }
    }
    return false;
  };
  for (const auto& row : existing) {
    if (!wanted(row[0])) continue;
    if (++count <= 5) taken += (taken.empty() ? "" : ", ") + quoteIdentifier(row[0]);
  }
  if (count == 0) return;
  throw Error(ErrorKind::conflict,
              "the target is not empty: its schema \"" + plan.targetSchema + "\" has " + taken +
                  (count > 5 ? " and " + std::to_string(count - 5) + " more" : "") +
                  " already; nothing was written. Name another schema by --schema, or drop what is "
                  "in the way yourself");
}

}  // namespace

void checkServer(Control& control) {
  const std::string version = control.value("SHOW server_version_num");
  if (std::stoi(version) < oldestServer) {
    throw Error(ErrorKind::schema, "the target server is PostgreSQL " +
                                       control.value("SHOW server_version") +
                                       "; 14 or newer is needed");
  }
  const std::string encoding = control.value("SHOW server_encoding");
  if (encoding != "UTF8") {
    throw Error(ErrorKind::schema, "the target database has the encoding " + encoding +
                                       "; create one with ENCODING 'UTF8' TEMPLATE template0");
  }
  if (control.value("SELECT pg_is_in_recovery()") == "t") {
    throw Error(ErrorKind::permission,
                "the target server is a read-only standby; name the primary");
  }
}

std::vector<Error> targetProblems(Control& control, const Plan& plan) {
  std::vector<Error> problems;
  const auto note = [&](auto check) {
    try {
      check();
    } catch (const Error& error) {
      problems.push_back(error);
    }
  };
  note([&] { checkServer(control); });
  note([&] { checkRights(control, plan.targetSchema); });
  note([&] { checkEmpty(control, plan); });
  return problems;
}

void checkTarget(Control& control, const Plan& plan) {
  const std::vector<Error> problems = targetProblems(control, plan);
  if (!problems.empty()) throw problems.front();
}

Staging::Staging(Control& control, const Plan& plan)
    : control_(control), plan_(plan), schema_(stagingPrefix + randomHex()) {
  control_.execute("CREATE SCHEMA " + quoteIdentifier(schema_));
  try {
    control_.execute(
        "COMMENT ON SCHEMA " + quoteIdentifier(schema_) +
        " IS 'A migration by repot is under way; without a running repot it is left over and "
        "can be dropped'");
    control_.setSearchPath(schema_);
    std::vector<std::string> statements;
    for (const TablePlan& table : plan_.tables)
      statements.push_back(createTableSql(table));
    if (!plan_.quarantine.empty()) statements.push_back(createQuarantineSql(plan_.quarantine));
    for (const std::vector<std::string>& batch : inBatches(statements))
      control_.together(batch);
  } catch (...) {
    drop();
    throw;
  }
}

/// Table by table, as one statement would lock whatever the schema holds at once.
void Staging::drop() {
  for (const TablePlan& table : plan_.tables) {
    control_.execute("DROP TABLE IF EXISTS " + quoteIdentifier(schema_) + '.' +
                     quoteIdentifier(table.target) + " CASCADE");
  }
  control_.execute("DROP SCHEMA IF EXISTS " + quoteIdentifier(schema_) + " CASCADE");
}

Staging::~Staging() {
  if (published_) return;
  try {
    drop();
  } catch (const Error&) {
    // The connection is gone; the schema's comment tells the operator what it is.
  }
}

std::string Staging::run() const {
  return schema_.substr(std::string_view(stagingPrefix).size());
}

void Staging::publish() {
  const std::string target = quoteIdentifier(plan_.targetSchema);
  // What was loaded was committed without waiting for the disk; this commit waits for all of it,
  // whatever the server's own setting is.
  std::vector<std::string> statements = {
      "SELECT pg_catalog.set_config('synchronous_commit', 'on', true) "
      "WHERE pg_catalog.current_setting('synchronous_commit') = 'off'"};
  const auto move = [&](const std::string& table) {
    statements.push_back("ALTER TABLE " + quoteIdentifier(schema_) + '.' + quoteIdentifier(table) +
                         " SET SCHEMA " + target);
  };
  for (const TablePlan& table : plan_.tables)
    move(table.target);
  if (!plan_.quarantine.empty()) move(plan_.quarantine);
  for (const ViewPlan& view : plan_.views) {
    statements.push_back("ALTER VIEW " + quoteIdentifier(schema_) + '.' +
                         quoteIdentifier(view.shape.target) + " SET SCHEMA " + target);
  }
  statements.push_back("DROP SCHEMA " + quoteIdentifier(schema_));
  try {
    control_.together(statements);
  } catch (const Error& error) {
    constexpr const char* outOfLocks = "53200";
    if (error.sqlState() != outOfLocks) throw;
    throw error.within(std::to_string(plan_.tables.size()) +
                       " tables are published in one transaction, for which the server needs a "
                       "larger max_locks_per_transaction (and a restart)");
  }
  published_ = true;
}

}  // namespace repot::migrate
