// See trial.hpp.
#include "engine/run/trial.hpp"

#include "engine/run/quarantine.hpp"
#include "engine/run/source_name.hpp"
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

bool isTried(const Plan& plan, const TablePlan& table) {
  return std::any_of(table.columns.begin(), table.columns.end(), isGenerated) ||
         std::any_of(plan.objects.begin(), plan.objects.end(), [&](const ObjectPlan& object) {
           return object.doubtful && object.table == table.target;
         });
}

/// The tables concerned, with all columns as ordinary ones.
Plan plainTables(const Plan& plan) {
  Plan plain;
  plain.quarantine = plan.quarantine;
  for (const TablePlan& table : plan.tables) {
    if (!isTried(plan, table)) continue;
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

void tryGenerated(Control& control, Plan& plan) {
  for (TablePlan& table : plan.tables) {
    for (ColumnPlan& column : table.columns) {
      if (!isGenerated(column)) continue;
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

/// Of an object that the rows do not allow; other errors are not the plan's business.
Finding refusalOf(const ObjectPlan& object, const Error& error) {
  Finding finding;
  const bool optional = object.kind == ObjectPlan::Kind::index;
  finding.object = sourceNameOf(object);
  finding.sql = object.source.empty() ? object.sql : object.source;
  if (error.kind() == ErrorKind::unique) {
    finding.level = Finding::Level::refused;
    finding.code = "duplicates-by-conversion";
    finding.message =
        "values that SQLite keeps apart in a unique index become equal in PostgreSQL: " +
        std::string(error.what());
    finding.advice = "correct the values, or ask for another type of the column";
    return finding;
  }
  finding.level = optional ? Finding::Level::reported : Finding::Level::refused;
  finding.code = optional ? "index" : "key-too-long";
  finding.message = "PostgreSQL cannot make the " + std::string(optional ? "index" : "unique key") +
                    " on \"" + object.table + "\": " + error.what();
  finding.advice =
      "choose --hash-long-keys, which keeps it by hashes of the values, or shorten them";
  return finding;
}

void tryObjects(Control& control, Plan& plan, const Progress& progress) {
  std::erase_if(plan.objects, [&](const ObjectPlan& object) {
    if (!object.doubtful) return false;
    progress.throwIfStopped();
    try {
      control.execute(object.sql);
      return false;
    } catch (const Error& error) {
      const bool aboutRows = error.sqlState() == "54000" || error.sqlState().starts_with("22") ||
                             error.kind() == ErrorKind::unique;
      if (!aboutRows) throw;
      plan.findings.push_back(refusalOf(object, error));
      return true;
    }
  });
}

}  // namespace

void tryOnTarget(sqlite::SqliteSource& source, Control& control, const DatabaseUrl& target,
                 Plan& plan, const LoadOptions& options, Progress& progress) {
  const Plan plain = plainTables(plan);
  if (plain.tables.empty()) return;
  const Staging staging(control, plain);
  Quarantine quarantine(target, staging.schema(), plain.quarantine, staging.run());
  loadTables(source, target, staging.schema(), plain, options, &quarantine, progress);
  progress.throwIfStopped();
  tryGenerated(control, plan);
  tryObjects(control, plan, progress);
}

}  // namespace repot::migrate
