// Indexes and foreign keys of tables, and rebuilds: what several statements do together.
#include "engine/lint/context.hpp"

#include <algorithm>

namespace repot::lint {
namespace {

using Columns = std::vector<std::string>;

/// The first columns of `index` are those of `wanted`, in any order.
bool beginsWith(const Columns& index, const Columns& wanted) {
  if (wanted.empty() || index.size() < wanted.size()) return false;
  const auto end = index.begin() + static_cast<std::ptrdiff_t>(wanted.size());
  return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& name) {
    return std::find(index.begin(), end, name) != end;
  });
}

bool isCovered(const std::string& tableName, const Columns& columns, const Catalog& catalog) {
  std::vector<std::string> names = {tableName};
  const auto renamed = catalog.renamed.find(tableName);
  if (renamed != catalog.renamed.end()) names.push_back(renamed->second);
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    const auto table = catalog.tables.find(name);
    const bool byKey = table != catalog.tables.end() &&
                       std::any_of(table->second.uniques.begin(), table->second.uniques.end(),
                                   [&](const Columns& key) { return beginsWith(key, columns); });
    return byKey || std::any_of(catalog.everCreated.begin(), catalog.everCreated.end(),
                                [&](const KnownIndex& index) {
                                  return index.table == name && beginsWith(index.columns, columns);
                                });
  });
}

void checkForeignKeys(const Statement& statement, std::size_t number, const FileReport& report,
                      const Catalog& catalog) {
  const std::string& table = statement.table;
  if (statement.temporary) return;
  const auto known = [&](const std::string& name) { return catalog.tables.count(name) != 0; };
  const auto renamed = catalog.renamed.find(table);
  // One that is gone at the end needs no index.
  if (!known(table) && (renamed == catalog.renamed.end() || !known(renamed->second)) &&
      statement.kind == Statement::Kind::createTable)
    return;
  const auto check = [&](const Columns& columns, std::size_t at) {
    if (isCovered(table, columns, catalog)) return;
    std::string names;
    for (const std::string& column : columns)
      names += (names.empty() ? "" : ", ") + column;
    report(number, "foreign-key-without-index", at, table + '(' + names + ')');
  };
  for (const ColumnShape& column : statement.shapes) {
    if (!column.references.empty()) check({lowerAscii(column.name)}, column.at);
  }
  for (const ConstraintShape& constraint : statement.constraints) {
    if (constraint.kind == ConstraintShape::Kind::foreignKey)
      check(constraint.columns, constraint.at);
  }
  for (const AlterAction& action : statement.actions) {
    if (action.kind == AlterAction::Kind::addColumn && !action.column.references.empty())
      check({action.name}, action.at);
    if (action.kind == AlterAction::Kind::addConstraint &&
        action.constraint.kind == ConstraintShape::Kind::foreignKey)
      check(action.constraint.columns, action.at);
  }
}

/// DROP TABLE t … ALTER TABLE new RENAME TO t
bool isRebuilt(const std::vector<Statement>& statements, std::size_t drop) {
  for (std::size_t i = drop + 1; i < statements.size(); ++i) {
    for (const AlterAction& action : statements[i].actions) {
      if (action.kind == AlterAction::Kind::renameTable && action.to == statements[drop].table)
        return true;
    }
  }
  return false;
}

}  // namespace

void checkTables(const Statement& statement, const Context& context) {
  if (statement.kind == Statement::Kind::createIndex && statement.unique && statement.plainIndex) {
    const KnownTable* const table = context.catalog.find(statement.table);
    if (table == nullptr) return;
    Columns columns = statement.columns;
    std::sort(columns.begin(), columns.end());
    for (Columns unique : table->uniques) {
      std::sort(unique.begin(), unique.end());
      if (unique == columns) return context.report("redundant-unique-index", 0, statement.table);
    }
  }
}

void checkFile(const std::vector<Statement>& statements, const FileReport& report,
               const Catalog& catalog, const FileState& file) {
  bool rebuilds = false;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    checkForeignKeys(statement, i, report, catalog);
    if (statement.kind != Statement::Kind::dropTable) continue;
    if (!isRebuilt(statements, i)) {
      report(i, "drop-table", 0, statement.table);
      continue;
    }
    rebuilds = true;
    if (!file.foreignKeysWereOff) report(i, "sqlite-rebuild-cascade", 0, statement.table);
  }
  if (file.foreignKeysWereOff && !file.foreignKeyCheck && rebuilds) {
    for (std::size_t i = 0; i < statements.size(); ++i) {
      if (statements[i].kind == Statement::Kind::pragma && statements[i].name == "foreign_keys")
        return report(i, "sqlite-rebuild-unchecked", 0, {});
    }
  }
  if (file.changes > 1) {
    for (std::size_t i = 0; i < statements.size(); ++i) {
      if (changesSomething(statements[i])) return report(i, "sqlite-no-transaction", 0, {});
    }
  }
}

}  // namespace repot::lint
