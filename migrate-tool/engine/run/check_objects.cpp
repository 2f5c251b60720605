// The object inventory of the target against the plan, read as a whole: a query for each table
// would be most of the time that thousands of small ones take; see check_objects.hpp.
#include "engine/run/check_objects.hpp"

#include "engine/run/control.hpp"
#include "engine/run/sequences.hpp"

#include <map>
#include <utility>

namespace repot::migrate {
namespace {

using Kind = ObjectPlan::Kind;

struct FoundColumn {
  bool notNull = false;
  bool hasDefault = false;
  bool identity = false;
  std::string sequence;  ///< Of an identity: qualified and quoted.
};
/// By table and column.
using FoundColumns = std::map<std::pair<std::string, std::string>, FoundColumn>;

FoundColumns readColumns(Control& control, const std::string& schema) {
  FoundColumns found;
  for (const auto& row : control.query(
           "SELECT c.relname, a.attname, a.attnotnull, a.atthasdef, a.attidentity <> '', "
           "CASE WHEN a.attidentity <> '' THEN ("
           "SELECT pg_catalog.format('%I.%I', n.nspname, s.relname) FROM pg_catalog.pg_depend d "
           "JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S' "
           "WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'i' "
           "AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass "
           "AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum) END "
           "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
           "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
           "WHERE n.nspname = $1 AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped",
           {schema})) {
    found[{row[0], row[1]}] = {row[2] == "t", row[3] == "t", row[4] == "t", row[5]};
  }
  return found;
}

void checkColumns(const FoundColumns& columns, const TablePlan& table,
                  std::vector<std::string>& faults) {
  for (const ColumnPlan& column : table.columns) {
    const std::string name = "column \"" + column.target + "\" of table \"" + table.target + "\"";
    const auto entry = columns.find({table.target, column.target});
    if (entry == columns.end()) {
      faults.push_back(name + " is missing");
      continue;
    }
    const FoundColumn& found = entry->second;
    if (column.notNull && !found.notNull) faults.push_back(name + " has lost its NOT NULL");
    if ((column.defaultSql || column.generatedSql) && !found.hasDefault) {
      faults.push_back(name + " has lost its default");
    }
    if (column.identity && !found.identity) faults.push_back(name + " is no identity");
  }
}

void checkIdentities(Control& control, const FoundColumns& columns, const Plan& plan,
                     std::vector<std::string>& faults) {
  const auto sequenceOf = [&](const TablePlan& table, const ColumnPlan& column) {
    const auto found = columns.find({table.target, column.target});
    return column.identity && found != columns.end() ? found->second.sequence : std::string();
  };
  std::vector<std::string> sequences;
  for (const TablePlan& table : plan.tables) {
    for (const ColumnPlan& column : table.columns) {
      if (std::string name = sequenceOf(table, column); !name.empty())
        sequences.push_back(std::move(name));
    }
  }
  const std::map<std::string, SequenceState> states = readSequences(control, sequences);
  for (const TablePlan& table : plan.tables) {
    for (const ColumnPlan& column : table.columns) {
      const std::string sequence = sequenceOf(table, column);
      if (sequence.empty()) continue;  // Said already: it is no identity.
      const SequenceState& state = states.at(sequence);
      const bool right = column.identityExhausted
                             ? state.spent
                             : !state.spent && state.next == column.identityNext;
      if (right) continue;
      faults.push_back("the identity of table \"" + table.target + "\", column \"" + column.target +
                       "\" would hand out " +
                       std::to_string(state.spent ? state.last : state.next) + " next, not " +
                       std::to_string(column.identityNext));
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
  const FoundColumns columns = readColumns(control, schema);
  for (const TablePlan& table : plan.tables)
    checkColumns(columns, table, faults);
  checkIdentities(control, columns, plan, faults);
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
