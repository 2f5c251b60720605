// Every step can be done again after it was cut off; see staging.hpp.
#include "engine/run/staging.hpp"

#include "engine/run/quarantine.hpp"
#include "engine/run/spread.hpp"

#include <repot/error.hpp>

#include <array>
#include <cstdio>
#include <random>
#include <utility>

namespace repot::migrate {
namespace {

std::string qualified(const std::string& schema, const std::string& name) {
  return quoteIdentifier(schema) + '.' + quoteIdentifier(name);
}

void executeAll(Control& control, const std::vector<std::string>& statements) {
  for (const std::vector<std::string>& batch : inBatches(statements))
    control.together(batch);
}

/// Runs the statements that a query makes, whose one parameter is the schema.
void executeMade(Control& control, const std::string& query, const std::string& schema) {
  std::vector<std::string> statements;
  for (const auto& row : control.query(query, {schema}))
    statements.push_back(row[0]);
  executeAll(control, statements);
}

}  // namespace

std::string newRunName() {
  std::random_device random;
  std::array<char, 9> digits{};
  std::snprintf(digits.data(), digits.size(), "%08x", random());
  return digits.data();
}

std::string stagingSchemaOf(const std::string& run) {
  return "repot_staging_" + run;
}

void createStaging(Control& control, const DatabaseUrl& target, const std::string& schema,
                   const Plan& plan, std::size_t jobs, Progress& progress) {
  control.execute("CREATE SCHEMA " + quoteIdentifier(schema));
  control.execute("COMMENT ON SCHEMA " + quoteIdentifier(schema) +
                  " IS 'Of a migration by repot that is under way or was stopped: repot.runs tells "
                  "which; repot migrate --abort removes it'");
  control.setSearchPath(schema);
  std::vector<std::string> statements;
  for (const TablePlan& table : plan.tables)
    statements.push_back(createTableSql(table));
  if (!plan.quarantine.empty()) statements.push_back(createQuarantineSql(plan.quarantine));
  const auto batches = inBatches(statements);
  if (batches.size() == 1) return control.together(batches[0]);
  spread(target, schema, jobs, progress, batches,
         [](Control& session, const std::vector<std::string>& batch) { session.together(batch); });
}

void dropViews(Control& control, const std::string& schema) {
  executeMade(control,
              "SELECT pg_catalog.format('DROP VIEW IF EXISTS %I.%I CASCADE', n.nspname, c.relname) "
              "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
              "WHERE n.nspname = $1 AND c.relkind = 'v'",
              schema);
}

void dropObjects(Control& control, const std::string& schema) {
  // Foreign keys first, as they rest on the keys of other tables. NOT NULL, which is a constraint
  // for newer servers, belongs to the table.
  for (const char* kinds : {"'f'", "'p', 'u', 'c', 'x'"}) {
    executeMade(
        control,
        std::string("SELECT pg_catalog.format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, "
                    "c.relname, k.conname) FROM pg_catalog.pg_constraint k "
                    "JOIN pg_catalog.pg_class c ON c.oid = k.conrelid "
                    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
                    "WHERE n.nspname = $1 AND k.contype IN (") +
            kinds + ")",
        schema);
  }
  executeMade(control,
              "SELECT pg_catalog.format('DROP INDEX %I.%I', n.nspname, c.relname) "
              "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
              "WHERE n.nspname = $1 AND c.relkind = 'i'",
              schema);
}

void dropStaging(Control& control, const std::string& schema) {
  executeMade(control,
              "SELECT pg_catalog.format('DROP TABLE IF EXISTS %I.%I CASCADE', n.nspname, "
              "c.relname) FROM pg_catalog.pg_class c "
              "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
              "WHERE n.nspname = $1 AND c.relkind = 'r'",
              schema);
  control.execute("DROP SCHEMA IF EXISTS " + quoteIdentifier(schema) + " CASCADE");
}

void publishStaging(Control& control, const std::string& schema, const Plan& plan,
                    const std::vector<std::string>& more) {
  const std::string target = quoteIdentifier(plan.targetSchema);
  // What was loaded was committed without waiting for the disk; this commit waits for all of it.
  std::vector<std::string> statements = {commitDurablySql};
  const auto move = [&](const char* kind, const std::string& name) {
    statements.push_back(std::string("ALTER ") + kind + ' ' + qualified(schema, name) +
                         " SET SCHEMA " + target);
  };
  for (const TablePlan& table : plan.tables)
    move("TABLE", table.target);
  if (!plan.quarantine.empty()) move("TABLE", plan.quarantine);
  for (const ViewPlan& view : plan.views)
    move("VIEW", view.shape.target);
  statements.push_back("DROP SCHEMA " + quoteIdentifier(schema));
  statements.insert(statements.end(), more.begin(), more.end());
  try {
    control.together(statements);
  } catch (const Error& error) {
    constexpr const char* outOfLocks = "53200";
    if (error.sqlState() != outOfLocks) throw;
    throw error.within(std::to_string(plan.tables.size()) +
                       " tables are published in one transaction, for which the server needs a "
                       "larger max_locks_per_transaction (and a restart)");
  }
}

ScratchSchema::ScratchSchema(Control& control, const DatabaseUrl& target, std::string schema,
                             const Plan& plan, std::size_t jobs, Progress& progress)
    : control_(control), schema_(std::move(schema)) {
  try {
    createStaging(control_, target, schema_, plan, jobs, progress);
  } catch (...) {
    try {
      dropStaging(control_, schema_);
    } catch (const Error&) {
      // The first failure is the one to be told.
    }
    throw;
  }
}

ScratchSchema::~ScratchSchema() {
  try {
    dropStaging(control_, schema_);
  } catch (const Error&) {
    // The connection is gone; whoever goes on with the run, or aborts it, drops it.
  }
}

}  // namespace repot::migrate
