// See settle_generated.hpp.
#include "engine/run/settle_generated.hpp"

#include "engine/run/quarantine.hpp"
#include "engine/run/target.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <optional>
#include <string>

namespace repot::migrate {
namespace {

bool isGenerated(const ColumnPlan& column) {
  return column.generatedSql.has_value();
}

bool hasGenerated(const TablePlan& table) {
  return std::any_of(table.columns.begin(), table.columns.end(), isGenerated);
}

/// The tables concerned, with all columns as ordinary ones.
Plan plainTables(const Plan& plan) {
  Plan plain;
  plain.quarantine = plan.quarantine;
  for (const TablePlan& table : plan.tables) {
    if (!hasGenerated(table)) continue;
    TablePlan& copy = plain.tables.emplace_back(table);
    for (ColumnPlan& column : copy.columns)
      column.generatedSql.reset();
  }
  return plain;
}

/// What verification compares a value of the type by: = would take -0.0 for 0.0, and json has none.
std::string compared(const ColumnPlan& column, const std::string& value) {
  switch (column.type) {
    case PgType::doublePrecision:
      return "float8send(" + value + ")";
    case PgType::numeric:
      return value;
    default:
      return value + "::text";
  }
}

/// Why the column cannot be computed in PostgreSQL; nothing where it can.
std::optional<std::string> obstacle(Control& control, const TablePlan& table,
                                    const ColumnPlan& column) {
  const std::string computed = "(" + *column.generatedSql + ")::" + typeSql(column);
  try {
    const std::string differing =
        control.value("SELECT count(*) FROM " + quoteIdentifier(table.target) + " WHERE " +
                      compared(column, "(" + computed + ")") + " IS DISTINCT FROM " +
                      compared(column, quoteIdentifier(column.target)));
    if (differing == "0") return std::nullopt;
    return "PostgreSQL computes other values in " + differing + " rows";
  } catch (const Error& error) {
    // Class 22: data exceptions, such as an overflow, which SQLite answers by a real number.
    if (!error.sqlState().starts_with("22")) throw;
    return "PostgreSQL cannot compute it in every row: " + std::string(error.what());
  }
}

}  // namespace

void settleGenerated(sqlite::SqliteSource& source, Control& control, const DatabaseUrl& target,
                     Plan& plan, const LoadOptions& options, Progress& progress) {
  const Plan plain = plainTables(plan);
  if (plain.tables.empty()) return;
  const Staging staging(control, plain);
  Quarantine quarantine(target, staging.schema(), plain.quarantine, staging.run());
  loadTables(source, target, staging.schema(), plain, options, &quarantine, progress);
  for (TablePlan& table : plan.tables) {
    for (ColumnPlan& column : table.columns) {
      if (!isGenerated(column)) continue;
      progress.throwIfStopped();
      const auto reason = obstacle(control, table, column);
      if (!reason) continue;
      Finding& finding = plan.findings.emplace_back();
      finding.level = Finding::Level::reported;
      finding.code = "generated-column";
      finding.object = table.source + "." + column.source;
      finding.message = "its values are copied, but it is no longer computed: " + *reason;
      finding.advice = "compute it in the application or in a trigger";
      finding.sql = *column.generatedSql;
      column.generatedSql.reset();
    }
  }
}

}  // namespace repot::migrate
