// The object inventory of the target against the plan; see check_objects.hpp.
#include "engine/run/check_objects.hpp"

#include "engine/run/control.hpp"

#include <limits>
#include <map>

namespace repot::migrate {
namespace {

using Kind = ObjectPlan::Kind;

void checkColumns(Control& control, const std::string& schema, const TablePlan& table,
                  std::vector<std::string>& faults) {
  const auto rows = control.query(
      "SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, "
      "a.atthasdef, a.attidentity FROM pg_catalog.pg_attribute a "
      "JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
      "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped",
      {schema, table.target});
  std::map<std::string, std::vector<std::string>> columns;
  for (const auto& row : rows)
    columns[row[0]] = row;
  for (const ColumnPlan& column : table.columns) {
    const std::string name = "column \"" + column.target + "\" of table \"" + table.target + "\"";
    const auto found = columns.find(column.target);
    if (found == columns.end()) {
      faults.push_back(name + " is missing");
      continue;
    }
    const auto& row = found->second;
    if (column.notNull && row[2] != "t") faults.push_back(name + " has lost its NOT NULL");
    if ((column.defaultSql || column.generatedSql) && row[3] != "t") {
      faults.push_back(name + " has lost its default");
    }
    if (column.identity && row[4].empty()) faults.push_back(name + " is no identity");
  }
}

void checkIdentity(Control& control, const std::string& schema, const TablePlan& table,
                   std::vector<std::string>& faults) {
  for (const ColumnPlan& column : table.columns) {
    if (!column.identity) continue;
    const std::string sequence = control.value(
        "SELECT pg_catalog.pg_get_serial_sequence($1, $2)",
        {quoteIdentifier(schema) + '.' + quoteIdentifier(table.target), column.target});
    if (sequence.empty()) continue;  // Said already: it is no identity.
    const auto rows = control.query("SELECT last_value, is_called FROM " + sequence);
    const std::int64_t last = std::stoll(rows.at(0).at(0));
    const bool called = rows[0][1] == "t";
    const bool right = column.identityExhausted
                           ? called && last == std::numeric_limits<std::int64_t>::max()
                           : (called ? last + 1 : last) == column.identityNext;
    if (!right) {
      faults.push_back("the identity of table \"" + table.target + "\", column \"" + column.target +
                       "\" would hand out " + std::to_string(called ? last + 1 : last) +
                       " next, not " + std::to_string(column.identityNext));
    }
  }
}

/// Names of all indexes and constraints with whether they are valid.
std::map<std::string, bool> inventory(Control& control, const std::string& schema) {
  std::map<std::string, bool> found;
  for (const auto& row : control.query(
           "SELECT c.relname, i.indisvalid AND i.indisready FROM pg_catalog.pg_index i "
           "JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
           "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1",
           {schema})) {
    found["index " + row[0]] = row[1] == "t";
  }
  for (const auto& row : control.query(
           "SELECT t.relname, k.conname, k.convalidated FROM pg_catalog.pg_constraint k "
           "JOIN pg_catalog.pg_class t ON t.oid = k.conrelid "
           "JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = $1",
           {schema})) {
    found["constraint " + row[0] + "." + row[1]] = row[2] == "t";
  }
  return found;
}

}  // namespace

std::vector<std::string> checkObjects(const DatabaseUrl& target, const std::string& schema,
                                      const Plan& plan) {
  Control control(target);
  std::vector<std::string> faults;
  for (const TablePlan& table : plan.tables) {
    checkColumns(control, schema, table, faults);
    checkIdentity(control, schema, table, faults);
  }
  const std::map<std::string, bool> found = inventory(control, schema);
  for (const ObjectPlan& object : plan.objects) {
    // A unique rule is a constraint or, where it has an expression or a condition, an index.
    auto entry = found.find("constraint " + object.table + "." + object.name);
    if (entry == found.end()) entry = found.find("index " + object.name);
    const std::string name = "\"" + object.name + "\" of table \"" + object.table + "\"";
    if (entry == found.end()) {
      faults.push_back(name + " is missing");
    } else if (!entry->second && !object.leaveNotValid) {
      faults.push_back(name + " is not valid");
    }
  }
  return faults;
}

}  // namespace repot::migrate
