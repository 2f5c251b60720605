// See dependants.hpp. SQLite compiles a view or trigger whenever a statement uses it, so a
// statement is prepared for each, and not run.
#include "sqlite/schema/dependants.hpp"

#include <repot/backend.hpp>
#include <repot/error.hpp>
#include <repot/sqlite/grammar/parser.hpp>
#include <repot/unit_of_work.hpp>

#include <algorithm>
#include <optional>

namespace repot::sqlite {
namespace {

struct Dependant {
  std::string type, name, table, sql;
};

/// Why the statement cannot be prepared; nothing where it can.
std::optional<std::string> problemOf(UnitOfWork& work, const std::string& sql) {
  try {
    static_cast<void>(work.connection().stream(sql));
    return std::nullopt;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::schema) throw;
    return error.what();
  }
}

/// A statement that compiles the trigger.
std::string statementFor(UnitOfWork& work, const Dependant& trigger) {
  const std::string table = quoteIdentifier(trigger.table);
  const auto parsed = sql::parseCreateTrigger(trigger.sql);
  const std::string event = parsed ? parsed.value->event : "DELETE";
  if (event == "DELETE") return "DELETE FROM " + table;
  std::string names, values, assignments;
  work.query("SELECT name FROM pragma_table_xinfo($1) WHERE hidden = 0", {trigger.table},
             {ColumnType::text}, [&](std::vector<Value>& row) {
               const std::string name = quoteIdentifier(std::get<std::string>(row[0]));
               const std::string comma = names.empty() ? "" : ", ";
               names += comma + name;
               values += comma + "NULL";
               assignments += comma + name + " = " + name;
             });
  if (event == "INSERT") return "INSERT INTO " + table + " (" + names + ") VALUES (" + values + ')';
  return "UPDATE " + table + " SET " + assignments;
}

}  // namespace

std::vector<std::string> brokenDependants(UnitOfWork& work) {
  std::vector<Dependant> dependants;
  work.query(
      "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE type IN ('view', 'trigger')", {},
      {ColumnType::text, ColumnType::text, ColumnType::text, ColumnType::text},
      [&](std::vector<Value>& row) {
        const auto text = [&](std::size_t i) { return std::get<std::string>(row[i]); };
        dependants.push_back({text(0), text(1), text(2), text(3)});
      });
  std::vector<std::string> broken;
  for (const Dependant& dependant : dependants) {
    const auto problem = problemOf(work, dependant.type == "view"
                                             ? "SELECT * FROM " + quoteIdentifier(dependant.name)
                                             : statementFor(work, dependant));
    if (problem) broken.push_back(dependant.type + " \"" + dependant.name + "\": " + *problem);
  }
  return broken;
}

void checkDependants(UnitOfWork& work, const std::vector<std::string>& before) {
  std::string message;
  for (const std::string& broken : brokenDependants(work)) {
    if (std::find(before.begin(), before.end(), broken) != before.end()) continue;
    message += (message.empty() ? "" : "; ") + broken;
  }
  if (message.empty()) return;
  throw Error(
      ErrorKind::schema,
      "the change would leave what depends on it broken; drop or change that first: " + message);
}

}  // namespace repot::sqlite
