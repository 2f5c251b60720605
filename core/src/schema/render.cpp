// See render.hpp.
#include "repot/schema/render.hpp"

#include "repot/backend.hpp"
#include "repot/error.hpp"
#include "schema/sql_text.hpp"

#include <algorithm>

namespace repot::schema {
namespace {

constexpr std::string_view actionNames[] = {"NO ACTION", "RESTRICT", "CASCADE", "SET NULL",
                                            "SET DEFAULT"};

[[noreturn]] void fail(const Table& table, const std::string& why) {
  throw Error(ErrorKind::schema, "table \"" + table.name + "\" " + why);
}

void checkColumns(const Table& table, const std::vector<std::string>& columns,
                  std::string_view what) {
  if (columns.empty()) fail(table, "has a " + std::string(what) + " of no columns");
  for (const std::string& column : columns) {
    if (table.find(column) == nullptr)
      fail(table, "has no column \"" + column + "\" for its " + std::string(what));
  }
}

void checkIdentity(const Table& table, const Column& column) {
  if (!column.identity) return;
  if (column.type.kind != ColumnType::integer || column.nullable || column.defaultValue ||
      column.generated) {
    fail(table, "has an identity \"" + column.name +
                    "\" that is no plain integer, cannot be NULL and has no default");
  }
  if (table.primaryKey.columns.size() != 1 ||
      !sameName(table.primaryKey.columns.front(), column.name)) {
    fail(table, "has an identity \"" + column.name + "\" that is not its only key");
  }
}

}  // namespace

std::string quoteText(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += c;
    quoted += c;
  }
  return quoted += '\'';
}

std::string nameList(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names)
    joined += (joined.empty() ? "" : ", ") + quoteIdentifier(name);
  return joined;
}

std::string constraintPrefix(const std::string& name) {
  return name.empty() ? std::string() : "CONSTRAINT " + quoteIdentifier(name) + ' ';
}

std::string primaryKeySql(const Key& key) {
  return constraintPrefix(key.name) + "PRIMARY KEY (" + nameList(key.columns) + ')';
}
std::string uniqueSql(const Key& key) {
  return constraintPrefix(key.name) + "UNIQUE (" + nameList(key.columns) + ')';
}
std::string checkSql(const Check& check, std::string_view scheme) {
  return constraintPrefix(check.name) + "CHECK (" + check.condition.of(scheme) + ')';
}

std::string foreignKeySql(const ForeignKey& key) {
  std::string sql = constraintPrefix(key.name) + "FOREIGN KEY (" + nameList(key.columns) +
                    ") REFERENCES " + quoteIdentifier(key.table);
  if (!key.targetColumns.empty()) sql += " (" + nameList(key.targetColumns) + ')';
  if (key.onUpdate != Action::noAction) sql += " ON UPDATE " + std::string(toString(key.onUpdate));
  if (key.onDelete != Action::noAction) sql += " ON DELETE " + std::string(toString(key.onDelete));
  if (key.deferred || key.deferrable) sql += " DEFERRABLE";
  if (key.deferred) sql += " INITIALLY DEFERRED";
  return sql;
}

std::string_view toString(Action action) noexcept {
  return actionNames[static_cast<std::size_t>(action)];
}

Action parseAction(std::string_view text) {
  const auto* found = std::find(std::begin(actionNames), std::end(actionNames), text);
  if (found == std::end(actionNames)) {
    throw Error(ErrorKind::schema, "unknown action of a foreign key: " + std::string(text));
  }
  return static_cast<Action>(found - std::begin(actionNames));
}

void checkTable(const Table& table) {
  if (table.columns.empty()) fail(table, "has no columns");
  for (const Column& column : table.columns) {
    if (table.find(column.name) != &column) fail(table, "has two columns \"" + column.name + '"');
    checkIdentity(table, column);
  }
  if (!table.primaryKey.columns.empty())
    checkColumns(table, table.primaryKey.columns, "primary key");
  for (const Key& key : table.uniqueKeys)
    checkColumns(table, key.columns, "unique key");
  for (const ForeignKey& key : table.foreignKeys) {
    checkColumns(table, key.columns, "foreign key");
    if (!key.targetColumns.empty() && key.targetColumns.size() != key.columns.size())
      fail(table, "has a foreign key to \"" + key.table + "\" with another number of columns");
  }
  for (const Index& index : table.indexes) {
    if (index.parts.empty()) fail(table, "has an index of no columns");
    for (const IndexPart& part : index.parts) {
      if (!part.column.empty()) checkColumns(table, {part.column}, "index");
    }
  }
}

std::string createTableSql(const CreateTable& create, std::string_view scheme,
                           const std::function<std::string(const Column&)>& column,
                           bool keyInColumn) {
  const Table& table = create.table;
  checkTable(table);
  std::string sql = std::string("CREATE TABLE ") + (create.ifMissing ? "IF NOT EXISTS " : "") +
                    quoteIdentifier(table.name) + " (";
  const auto item = [&](const std::string& text) { sql += "\n  " + text + ','; };
  for (const Column& each : table.columns)
    item(column(each));
  if (!table.primaryKey.columns.empty() && !keyInColumn) item(primaryKeySql(table.primaryKey));
  for (const Key& key : table.uniqueKeys)
    item(uniqueSql(key));
  for (const ForeignKey& key : table.foreignKeys)
    item(foreignKeySql(key));
  for (const Check& check : table.checks)
    item(checkSql(check, scheme));
  sql.back() = '\n';
  return sql + ')';
}

std::string createIndexSql(const std::string& table, const Index& index, std::string_view scheme,
                           const IndexOrder& order, bool ifMissing) {
  std::string parts;
  for (const IndexPart& part : index.parts) {
    parts += parts.empty() ? "" : ", ";
    parts +=
        part.column.empty() ? '(' + part.expression.of(scheme) + ')' : quoteIdentifier(part.column);
    if (!part.collation.empty()) parts += " COLLATE " + quoteIdentifier(part.collation);
    parts += part.descending ? order.descending : order.ascending;
  }
  std::string sql = std::string("CREATE ") + (index.unique ? "UNIQUE " : "") + "INDEX " +
                    (ifMissing ? "IF NOT EXISTS " : "") + quoteIdentifier(index.name) + " ON " +
                    quoteIdentifier(table) + " (" + parts + ')';
  if (!index.where.empty()) sql += " WHERE " + index.where.of(scheme);
  return sql;
}

std::string withoutParentheses(const std::string& expression) {
  std::string_view text = expression;
  while (text.starts_with('(') && text.ends_with(')')) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      if (text[i] == '\'') quoted = !quoted;
      if (quoted) continue;
      if (text[i] == '(') ++depth;
      if (text[i] == ')' && --depth == 0) return std::string(text);
    }
    text = text.substr(1, text.size() - 2);
  }
  return std::string(text);
}

std::string createViewSql(const View& view, std::string_view scheme) {
  return "CREATE VIEW " + quoteIdentifier(view.name) +
         (view.columns.empty() ? std::string() : " (" + nameList(view.columns) + ')') + " AS " +
         view.select.of(scheme);
}

}  // namespace repot::schema
