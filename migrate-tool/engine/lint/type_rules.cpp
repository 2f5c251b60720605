// Declared types, keys and defaults of columns, in CREATE TABLE and ADD COLUMN.
#include "engine/lint/context.hpp"

#include <algorithm>
#include <array>

namespace repot::lint {
namespace {

using sql::Token;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

template <std::size_t n>
bool isOneOf(std::string_view text, const std::array<std::string_view, n>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

/// Types whose values SQLite would convert or keep otherwise than the name says.
bool hasSurprisingAffinity(std::string_view type) {
  static constexpr std::array<std::string_view, 14> integers = {
      "INT",  "INTEGER", "TINYINT", "SMALLINT", "MEDIUMINT",    "BIGINT",       "UNSIGNED BIG INT",
      "INT2", "INT4",    "INT8",    "UINT",     "UNSIGNED INT", "INT UNSIGNED", "BIGINT UNSIGNED"};
  static constexpr std::array<std::string_view, 9> texts = {
      "STRING", "STR", "UUID", "GUID", "JSON", "JSONB", "ENUM", "XML", "INET"};
  if (contains(type, "INT")) return !isOneOf(type, integers);
  if (contains(type, "CHAR") || contains(type, "CLOB") || contains(type, "TEXT")) return false;
  return isOneOf(type, texts);
}

bool isBoolean(std::string_view type) {
  return type == "BOOLEAN" || type == "BOOL";
}

std::string nameOf(const Statement& statement, const ColumnShape& column) {
  return statement.table + '.' + column.name;
}

void checkDefault(const Statement& statement, const ColumnShape& column, const Context& context) {
  if (column.defaultValue.empty()) return;
  const std::size_t at = column.defaultValue.first;
  const Token& value = statement.tokens[at];
  if (value.kind == Token::Kind::quotedName && value.doubleQuoted)
    context.report("sqlite-double-quoted-string", at, nameOf(statement, column));
  if (!isBoolean(column.type)) return;
  if (value.kind == Token::Kind::integer)
    context.report("pg-boolean-integer", at, nameOf(statement, column));
  if (value.kind == Token::Kind::string && (value.text == "0" || value.text == "1"))
    context.report("sqlite-boolean-string", at, nameOf(statement, column));
}

void checkKey(const Statement& statement, const ColumnShape& column, const Context& context) {
  const bool serial = contains(column.type, "SERIAL");
  if (serial) context.report("pg-serial", column.at, nameOf(statement, column));
  const bool rowid = column.primaryKey && column.type == "INTEGER";
  if (serial || column.identity || (column.autoincrement && !rowid))
    context.report("sqlite-autoincrement", column.at, nameOf(statement, column));
  if (!column.primaryKey || rowid || serial) return;
  if (contains(column.type, "INT")) {
    context.report("sqlite-int-primary-key", column.at, nameOf(statement, column));
  } else if (!column.notNull && !statement.withoutRowid) {
    context.report("sqlite-nullable-key", column.at, nameOf(statement, column));
  }
}

void checkColumn(const Statement& statement, const ColumnShape& column, const Context& context) {
  checkDefault(statement, column, context);
  checkKey(statement, column, context);
  if (hasSurprisingAffinity(column.type))
    context.report("sqlite-type-affinity", column.at,
                   nameOf(statement, column) + ' ' + column.type);
  if (column.autoincrement) context.report("pg-sqlite-syntax", column.at, "AUTOINCREMENT");
  if (column.conflictClause) {
    context.report("sqlite-conflict-clause", column.at, nameOf(statement, column));
    context.report("pg-sqlite-syntax", column.at, "ON CONFLICT of a constraint");
  }
}

void checkTableKey(const Statement& statement, const ConstraintShape& key, const Context& context) {
  if (statement.withoutRowid) return;
  for (const std::string& name : key.columns) {
    const auto column =
        std::find_if(statement.shapes.begin(), statement.shapes.end(),
                     [&](const ColumnShape& shape) { return lowerAscii(shape.name) == name; });
    if (column == statement.shapes.end() || column->notNull) continue;
    if (key.columns.size() == 1 && column->type == "INTEGER") continue;
    context.report("sqlite-nullable-key", column->at, nameOf(statement, *column));
  }
}

}  // namespace

void checkTypes(const Statement& statement, const Context& context) {
  for (const ColumnShape& column : statement.shapes)
    checkColumn(statement, column, context);
  for (const ConstraintShape& constraint : statement.constraints) {
    if (constraint.kind == ConstraintShape::Kind::primaryKey)
      checkTableKey(statement, constraint, context);
    if (constraint.conflictClause) {
      context.report("sqlite-conflict-clause", constraint.at);
      context.report("pg-sqlite-syntax", constraint.at, "ON CONFLICT of a constraint");
    }
  }
  for (const AlterAction& action : statement.actions) {
    if (action.kind == AlterAction::Kind::addColumn) checkColumn(statement, action.column, context);
  }
}

}  // namespace repot::lint
