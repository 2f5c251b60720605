// The statements that SQLite keeps, read by the grammar: they say more than any PRAGMA.
#include "sqlite/schema/read.hpp"

#include "sqlite/schema/columns.hpp"

#include <repot/error.hpp>
#include <repot/schema/render.hpp>
#include <repot/sqlite/grammar/parser.hpp>
#include <repot/sqlite/grammar/token.hpp>
#include <repot/sqlite/strict_column.hpp>
#include <repot/unit_of_work.hpp>

#include <algorithm>
#include <set>

namespace repot::sqlite {
namespace {

using namespace schema;

struct Entry {
  std::string type, name, table, sql;
};

std::vector<Entry> entries(UnitOfWork& work) {
  std::vector<Entry> found;
  work.query(
      // table_list tells virtual tables and their shadows from plain ones.
      "SELECT s.type, s.name, s.tbl_name, s.sql FROM sqlite_schema s "
      "LEFT JOIN pragma_table_list l ON l.schema = 'main' AND l.name = s.tbl_name "
      "WHERE s.sql IS NOT NULL AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
      "AND s.tbl_name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
      "AND s.tbl_name NOT LIKE 'repot\\_%' ESCAPE '\\' "
      // Triggers of a fence, and of the capture of changes, on the application's tables.
      "AND s.name NOT GLOB 'repot_moved_[0-9]*' AND s.name NOT GLOB 'repot_capture_[0-9]*' "
      "AND l.type IN ('table', 'view') ORDER BY s.name",
      {}, {ColumnType::text, ColumnType::text, ColumnType::text, ColumnType::text},
      [&](std::vector<Value>& row) {
        const auto text = [&](std::size_t i) { return std::get<std::string>(row[i]); };
        found.push_back({text(0), text(1), text(2), text(3)});
      });
  return found;
}

std::vector<std::string> namesOf(const sql::KeyDefinition& key) {
  return key.columns;
}

ForeignKey foreignKeyOf(const sql::ForeignKeyDefinition& definition) {
  ForeignKey key;
  key.name = definition.name;
  key.columns = definition.columns;
  key.table = definition.parent;
  key.targetColumns = definition.parentColumns;
  key.onDelete = parseAction(definition.onDelete);
  key.onUpdate = parseAction(definition.onUpdate);
  key.deferred = definition.deferrable && definition.initiallyDeferred;
  key.deferrable = definition.deferrable && !key.deferred;
  return key;
}

class TableReader {
 public:
  explicit TableReader(const sql::TableDefinition& definition) : definition_(definition) {}

  Table read() {
    table_.name = definition_.name;
    table_.withoutRowid = definition_.withoutRowid;
    table_.strictTable = definition_.strict;
    for (const sql::ColumnDefinition& column : definition_.columns)
      this->column(column);
    if (definition_.primaryKey) primaryKey(*definition_.primaryKey);
    for (const sql::KeyDefinition& key : definition_.uniqueKeys) {
      note(key);
      table_.uniqueKeys.push_back({key.name, namesOf(key)});
    }
    for (const sql::ForeignKeyDefinition& key : definition_.foreignKeys)
      table_.foreignKeys.push_back(foreignKeyOf(key));
    for (const sql::CheckDefinition& check : definition_.checks)
      table_.checks.push_back({check.name, check.exprText});
    identity();
    return std::move(table_);
  }

 private:
  void column(const sql::ColumnDefinition& definition) {
    table_.columns.push_back(columnOf(definition));
    if (definition.hasConflictClause)
      table_.notCarried.push_back("the ON CONFLICT clause of column " + definition.name);
    if (definition.primaryKey) {
      table_.primaryKey = {definition.primaryKeyName, {definition.name}};
      descending_ = definition.primaryKeyDescending;
      autoincrement_ = definition.autoincrement;
    }
    if (definition.unique) table_.uniqueKeys.push_back({definition.uniqueName, {definition.name}});
    for (const sql::ForeignKeyDefinition& key : definition.references)
      table_.foreignKeys.push_back(foreignKeyOf(key));
    bool strictFound = false;
    for (const sql::CheckDefinition& check : definition.checks) {
      if (!strictFound && isStrictCheck(definition, check)) {
        strictFound = true;
      } else {
        table_.checks.push_back({check.name, check.exprText});
      }
    }
  }

  void primaryKey(const sql::KeyDefinition& key) {
    note(key);
    table_.primaryKey = {key.name, namesOf(key)};
  }

  void note(const sql::KeyDefinition& key) {
    if (key.hasConflictClause)
      table_.notCarried.push_back("the ON CONFLICT clause of a key of " + definition_.name);
    for (const sql::IndexedColumn& part : key.parts) {
      if (!part.collation.empty() || part.descending)
        table_.notCarried.push_back("the order or collation of a key of " + definition_.name);
    }
  }

  /// INTEGER PRIMARY KEY is the rowid by another name; "DESC" behind it keeps it from being that.
  void identity() {
    if (definition_.withoutRowid || descending_ || table_.primaryKey.columns.size() != 1) return;
    Column* const key = table_.find(table_.primaryKey.columns.front());
    const auto declared = std::find_if(
        definition_.columns.begin(), definition_.columns.end(),
        [&](const sql::ColumnDefinition& column) { return key && column.name == key->name; });
    if (declared == definition_.columns.end() ||
        !sql::equalsIgnoreCase(declared->typeText, "INTEGER"))
      return;
    key->type = {};
    key->type.kind = ColumnType::integer;
    key->identity = key->strict = true;
    key->nullable = false;
    key->reusesKeys = !autoincrement_;
    key->defaultValue.reset();
  }

  const sql::TableDefinition& definition_;
  Table table_;
  bool descending_ = false;
  bool autoincrement_ = false;
};

Table tableOf(const Entry& entry) {
  const auto parsed = sql::parseCreateTable(entry.sql);
  Table table;
  if (parsed) {
    table = TableReader(*parsed.value).read();
  } else {
    table.notCarried.push_back("its CREATE TABLE, which is not understood: " + parsed.error +
                               " at byte " + std::to_string(parsed.offset + 1));
  }
  table.name = entry.name;
  return table;
}

Index indexOf(const Entry& entry, Table& table) {
  Index index;
  index.name = entry.name;
  const auto parsed = sql::parseCreateIndex(entry.sql);
  if (!parsed) {
    table.notCarried.push_back("the index " + entry.name +
                               ", which is not understood: " + parsed.error);
    return index;
  }
  index.unique = parsed.value->unique;
  if (!parsed.value->whereText.empty()) index.where = parsed.value->whereText;
  for (const sql::IndexedColumn& column : parsed.value->columns) {
    IndexPart& part = index.parts.emplace_back();
    const bool plain = column.expr && column.expr->kind == sql::Expr::Kind::column &&
                       table.find(column.expr->text) != nullptr;
    if (plain) {
      part.column = table.find(column.expr->text)->name;
    } else {
      part.expression = withoutParentheses(column.text);
    }
    part.descending = column.descending;
    part.collation = column.collation;
  }
  return index;
}

View viewOf(const Entry& entry) {
  const auto parsed = sql::parseCreateView(entry.sql);
  if (!parsed) {
    throw Error(ErrorKind::schema,
                "view \"" + entry.name + "\" is not understood: " + parsed.error);
  }
  return {entry.name, parsed.value->columnNames, parsed.value->selectText};
}

}  // namespace

Schema readSchema(UnitOfWork& work) {
  Schema schema;
  const std::vector<Entry> found = entries(work);
  for (const Entry& entry : found) {
    if (entry.type == "table") schema.tables.push_back(tableOf(entry));
    if (entry.type == "view") schema.views.push_back(viewOf(entry));
    if (entry.type == "trigger") schema.triggers.push_back({entry.name, entry.table, entry.sql});
  }
  for (const Entry& entry : found) {
    Table* const table = entry.type == "index" ? schema.find(entry.table) : nullptr;
    if (table != nullptr) table->indexes.push_back(indexOf(entry, *table));
  }
  return schema;
}

}  // namespace repot::sqlite
