// The builders of tables and of lists of changes; see changes.hpp.
#include "repot/schema/changes.hpp"

#include "repot/error.hpp"
#include "schema/sql_text.hpp"

namespace repot::schema {
namespace {

Column& last(Table& table, std::string_view modifier) {
  if (table.columns.empty()) {
    throw Error(ErrorKind::usage, std::string(modifier) + " of table \"" + table.name +
                                      "\" stands before its first column");
  }
  return table.columns.back();
}

/// The parts of an index of plain columns.
std::vector<IndexPart> plainParts(std::vector<std::string> columns) {
  std::vector<IndexPart> parts;
  for (std::string& column : columns) {
    IndexPart& part = parts.emplace_back();
    part.column = std::move(column);
  }
  return parts;
}

/// Names what add() was given without a name. The columns of a primary key are never NULL, which
/// SQLite alone would allow.
void complete(Change& change) {
  std::visit(Overloaded{[](CreateTable& create) {
                          for (const std::string& key : create.table.primaryKey.columns) {
                            Column* column = create.table.find(key);
                            if (column != nullptr) column->nullable = false;
                          }
                          nameConstraints(create.table);
                        },
                        [](AddPrimaryKey& add) {
                          if (add.key.name.empty()) add.key.name = primaryKeyName(add.table);
                        },
                        [](AddUnique& add) {
                          if (add.key.name.empty())
                            add.key.name = uniqueName(add.table, add.key.columns);
                        },
                        [](AddCheck& add) {
                          if (!add.check.name.empty()) return;
                          Table table;
                          table.name = add.table + '_' +
                                       shortDigest(add.check.condition.of("sqlite") +
                                                   add.check.condition.of("postgresql"));
                          add.check.name = checkName(table, add.check);
                        },
                        [](AddForeignKey& add) {
                          if (add.key.name.empty())
                            add.key.name = foreignKeyName(add.table, add.key.columns);
                        },
                        [](CreateIndex& create) {
                          if (create.index.name.empty())
                            create.index.name = indexName(create.table, create.index);
                        },
                        [](auto&) {}},
             change);
}

}  // namespace

TableBuilder& TableBuilder::column(std::string name, ColumnType type, int length, int scale) {
  Column& column = table_.columns.emplace_back();
  column.name = std::move(name);
  column.type.kind = type;
  column.type.length = length;
  column.type.scale = scale;
  return *this;
}

TableBuilder& TableBuilder::identity(std::string name) {
  column(name, ColumnType::integer);
  table_.columns.back().identity = true;
  return primaryKey({std::move(name)});
}

TableBuilder& TableBuilder::nullable() {
  last(table_, "nullable()").nullable = true;
  return *this;
}

TableBuilder& TableBuilder::defaultTo(Value value) {
  last(table_, "defaultTo()").defaultValue = Default{Default::Kind::literal, std::move(value), {}};
  return *this;
}

TableBuilder& TableBuilder::defaultToNow() {
  last(table_, "defaultToNow()").defaultValue = Default{Default::Kind::currentTimestamp, {}, {}};
  return *this;
}

TableBuilder& TableBuilder::defaultToSql(Sql expression) {
  last(table_, "defaultToSql()").defaultValue =
      Default{Default::Kind::expression, {}, std::move(expression)};
  return *this;
}

TableBuilder& TableBuilder::generatedAs(Sql expression, bool stored) {
  last(table_, "generatedAs()").generated = Generated{std::move(expression), stored};
  return *this;
}

TableBuilder& TableBuilder::collate(std::string collation) {
  last(table_, "collate()").collation = std::move(collation);
  return *this;
}

TableBuilder& TableBuilder::references(std::string table, std::string column, Action onDelete,
                                       Action onUpdate) {
  ForeignKey key;
  key.columns = {last(table_, "references()").name};
  key.table = std::move(table);
  key.targetColumns = {std::move(column)};
  key.onDelete = onDelete;
  key.onUpdate = onUpdate;
  return foreignKey(std::move(key));
}

TableBuilder& TableBuilder::primaryKey(std::vector<std::string> columns) {
  table_.primaryKey.columns = std::move(columns);
  return *this;
}

TableBuilder& TableBuilder::unique(std::vector<std::string> columns, std::string name) {
  table_.uniqueKeys.push_back({std::move(name), std::move(columns)});
  return *this;
}

TableBuilder& TableBuilder::check(Sql condition, std::string name) {
  table_.checks.push_back({std::move(name), std::move(condition)});
  return *this;
}

TableBuilder& TableBuilder::foreignKey(ForeignKey key) {
  table_.foreignKeys.push_back(std::move(key));
  return *this;
}

TableBuilder& TableBuilder::index(std::vector<std::string> columns, std::string name, bool unique) {
  Index& index = table_.indexes.emplace_back();
  index.name = std::move(name);
  index.parts = plainParts(std::move(columns));
  index.unique = unique;
  return *this;
}

Changes& Changes::createTable(std::string name,
                              const std::function<void(TableBuilder&)>& describe) {
  CreateTable create;
  create.table.name = std::move(name);
  TableBuilder builder(create.table);
  describe(builder);
  return add(std::move(create));
}

Changes& Changes::add(Change change) {
  complete(change);
  changes_.push_back(std::move(change));
  return *this;
}

Changes& Changes::dropTable(std::string name) {
  return add(DropTable{std::move(name)});
}
Changes& Changes::renameTable(std::string name, std::string to) {
  return add(RenameTable{std::move(name), std::move(to)});
}
Changes& Changes::addColumn(std::string table, Column column) {
  return add(AddColumn{std::move(table), std::move(column)});
}
Changes& Changes::dropColumn(std::string table, std::string column) {
  return add(DropColumn{std::move(table), std::move(column)});
}
Changes& Changes::renameColumn(std::string table, std::string column, std::string to) {
  return add(RenameColumn{std::move(table), std::move(column), std::move(to)});
}
Changes& Changes::alterColumn(std::string table, Column column, Sql convert) {
  return add(AlterColumn{std::move(table), std::move(column), std::move(convert)});
}

Changes& Changes::createIndex(std::string table, std::vector<std::string> columns, std::string name,
                              bool unique, Sql where) {
  Index index;
  index.name = std::move(name);
  index.parts = plainParts(std::move(columns));
  index.unique = unique;
  index.where = std::move(where);
  return add(CreateIndex{std::move(table), std::move(index)});
}

Changes& Changes::dropIndex(std::string table, std::string name) {
  return add(DropIndex{std::move(table), std::move(name)});
}
Changes& Changes::execute(Sql sql) {
  return add(Execute{std::move(sql)});
}
Changes& Changes::run(std::string text, std::function<void(UnitOfWork&)> work) {
  return add(Run{std::move(text), std::move(work)});
}

}  // namespace repot::schema
