// Preflight; see target.hpp.
#include "engine/run/target.hpp"

#include "engine/run/ledger.hpp"

#include <repot/error.hpp>

namespace repot::migrate {
namespace {

constexpr int oldestServer = 140000;

void checkRights(Control& control, const std::string& schema) {
  checkSchemaName(schema);
  const std::string user = control.value("SELECT current_user");
  if (control.value("SELECT has_database_privilege(current_database(), 'CREATE')") != "t") {
    throw Error(
        ErrorKind::permission,
        "the role \"" + user +
            "\" has no CREATE right on the database; run GRANT CREATE ON "
            "DATABASE " +
            quoteIdentifier(control.value("SELECT current_database()")) + " TO " +
            quoteIdentifier(user) +
            ", as tables are loaded in a schema of their own; --data-only, into tables that "
            "are there already, does without");
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

void checkSchemaName(const std::string& schema) {
  if (schema != ledgerSchema) return;
  throw Error(ErrorKind::conflict,
              "in the schema \"repot\" Repot keeps its own ledger; name another by --schema");
}

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

}  // namespace repot::migrate
