// See from_mapping.hpp.
#include "repot/schema/from_mapping.hpp"

#include "repot/backend.hpp"
#include "repot/schema/dialect.hpp"
#include "repot/unit_of_work.hpp"

namespace repot::schema {
namespace {

Action actionOf(OnDelete action) {
  switch (action) {
    case OnDelete::noAction:
      return Action::noAction;
    case OnDelete::restrict:
      return Action::restrict;
    case OnDelete::cascade:
      return Action::cascade;
    case OnDelete::setNull:
      return Action::setNull;
  }
  return Action::noAction;
}

void addColumn(const detail::ColumnInfo& info, Table& table) {
  Column& column = table.columns.emplace_back();
  column.name = info.name;
  column.type.kind = info.type;
  column.nullable = info.nullable;
  column.identity = info.generated;
  if (info.key) table.primaryKey.columns.push_back(info.name);
  if (info.unique) table.uniqueKeys.push_back({{}, {info.name}});
  if (info.referencedTable.empty()) return;
  ForeignKey& key = table.foreignKeys.emplace_back();
  key.columns = {info.name};
  key.table = info.referencedTable;
  key.targetColumns = {info.referencedColumn};
  key.onDelete = actionOf(info.onDelete);
}

}  // namespace

Table tableOf(const std::string& name, const std::vector<detail::ColumnInfo>& columns,
              const std::vector<detail::IndexInfo>& indexes) {
  detail::checkKeys(name, columns);
  Table table;
  table.name = name;
  for (const detail::ColumnInfo& column : columns)
    addColumn(column, table);
  for (const detail::IndexInfo& info : indexes) {
    if (info.unique) {
      table.uniqueKeys.push_back({{}, info.columns});
      continue;
    }
    Index& index = table.indexes.emplace_back();
    for (const std::string& column : info.columns)
      index.parts.emplace_back().column = column;
  }
  nameConstraints(table);
  return table;
}

void createMissing(UnitOfWork& work, Table table) {
  const Dialect& dialect = work.backend().schemaDialect();
  for (const Statement& statement : dialect.statements(CreateTable{std::move(table), true}, {}))
    work.executeScript(statement.sql);
}

}  // namespace repot::schema
