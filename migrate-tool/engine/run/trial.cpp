// See trial.hpp.
#include "engine/run/trial.hpp"

#include "engine/run/given_up.hpp"
#include "engine/run/quarantine.hpp"
#include "engine/run/source_name.hpp"
#include "engine/run/staging.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <optional>
#include <string>

namespace repot::migrate {
namespace {

bool isGenerated(const ColumnPlan& column) {
  return column.generatedSql.has_value();
}

/// Foreign keys are asked for where all tables are there.
bool isTried(const ObjectPlan& object) {
  return object.doubtful && object.kind != ObjectPlan::Kind::foreignKey;
}

bool isTried(const Plan& plan, const TablePlan& table) {
  return std::any_of(table.columns.begin(), table.columns.end(), isGenerated) ||
         std::any_of(plan.objects.begin(), plan.objects.end(), [&](const ObjectPlan& object) {
           return isTried(object) && object.table == table.target;
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

std::vector<GivenUp> tryGenerated(Control& control, const Plan& plan) {
  std::vector<GivenUp> givenUp;
  for (const TablePlan& table : plan.tables) {
    for (const ColumnPlan& column : table.columns) {
      if (!isGenerated(column)) continue;
      if (const auto reason = obstacle(control, table, column))
        givenUp.push_back({GivenUp::Kind::generated, table.target, column.target, *reason});
    }
  }
  return givenUp;
}

Finding refusalOf(const ObjectPlan& object, const Error& error) {
  Finding finding;
  finding.level = Finding::Level::refused;
  finding.object = sourceNameOf(object);
  finding.sql = object.source.empty() ? object.sql : object.source;
  if (error.kind() == ErrorKind::unique) {
    finding.code = "duplicates-by-conversion";
    finding.message =
        "values that SQLite keeps apart in a unique index become equal in PostgreSQL: " +
        std::string(error.what());
    finding.advice = "correct the values, or ask for another type of the column";
  } else {
    finding.code = "key-too-long";
    finding.message =
        "PostgreSQL cannot make the unique key on \"" + object.table + "\": " + error.what();
    finding.advice =
        "choose --hash-long-keys, which keeps it by hashes of the values, or shorten them";
  }
  return finding;
}

/// What the rows do not allow; other errors are not the plan's business.
std::vector<GivenUp> tryObjects(Control& control, Plan& plan, const Progress& progress) {
  std::vector<GivenUp> givenUp;
  for (const ObjectPlan& object : plan.objects) {
    if (!isTried(object)) continue;
    progress.throwIfStopped();
    try {
      control.execute(object.sql);
    } catch (const Error& error) {
      // Class 22: data exceptions, such as an overflow in an expression.
      const bool overflows = error.sqlState().starts_with("22");
      const bool tooLarge = error.sqlState() == "54000";
      if (!overflows && !tooLarge && error.kind() != ErrorKind::unique) throw;
      if (overflows || (tooLarge && object.kind == ObjectPlan::Kind::index)) {
        givenUp.push_back({GivenUp::Kind::index, object.table, object.name, error.what()});
      } else {
        plan.findings.push_back(refusalOf(object, error));
      }
    }
  }
  return givenUp;
}

}  // namespace

void tryOnTarget(sqlite::SqliteSource& source, Control& control, const DatabaseUrl& target,
                 const std::string& schema, Plan& plan, const LoadOptions& options,
                 Progress& progress) {
  const Plan plain = plainTables(plan);
  if (plain.tables.empty()) return;
  const ScratchSchema scratch(control, target, schema, plain, source.readerCount(), progress);
  Quarantine quarantine(target, schema, plain.quarantine, "trial");
  LoadPace pace({source.readerCount(), source.readerCount(), options.chunkBytes});
  loadTables(source, target, schema, plain, options, pace, &quarantine, progress);
  progress.throwIfStopped();
  for (const GivenUp& thing : tryGenerated(control, plan))
    giveUp(plan, thing);
  for (const GivenUp& thing : tryObjects(control, plan, progress))
    giveUp(plan, thing);
}

}  // namespace repot::migrate
