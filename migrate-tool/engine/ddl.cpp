// The bridge to repot::sql: tells it how the target's columns are named and typed, and takes only
// translations that mean exactly the same.
#include "ddl.hpp"

#include "sql/translate.hpp"
#include "sql_bridge.hpp"

#include <repot/sqlite/grammar/parser.hpp>
#include <repot/sqlite/strict_column.hpp>

#include <algorithm>

namespace repot::migrate {
namespace {

sql::ColumnResolver resolverOf(const SourceTable& source, const TablePlan& table, bool generated) {
  return [&source, &table, generated](std::string_view,
                                      std::string_view name) -> std::optional<sql::ColumnInfo> {
    const auto found = source.find(name);
    if (!found) return std::nullopt;
    const SourceColumn& column = source.columns[*found];
    const auto planned =
        std::find_if(table.columns.begin(), table.columns.end(),
                     [&](const ColumnPlan& candidate) { return candidate.source == column.name; });
    if (planned == table.columns.end()) return std::nullopt;
    if (!generated && column.isGenerated()) return std::nullopt;
    return columnInfo(*planned, column.collation);
  };
}

Translation from(sql::Translation translated) {
  return {std::move(translated.sql), std::move(translated.reason), translated.guaranteed};
}

Translation notUnderstood(const std::string& error) {
  return {std::nullopt, "its text was not understood: " + error, false};
}

Translation refusal(std::string reason) {
  return {std::nullopt, std::move(reason), false};
}

void addForeignKey(const sql::ForeignKeyDefinition& key, TableDdl& ddl) {
  ddl.foreignKeys.push_back({key.name, key.columns, key.deferrable, key.initiallyDeferred});
}

void addColumn(const sql::ColumnDefinition& column, TableDdl& ddl) {
  if (auto type = sqlite::strictTypeOf(column))
    ddl.declaredByRepot.emplace_back(column.name, std::move(*type));
  for (const sql::CheckDefinition& check : column.checks) {
    if (sqlite::isStrictCheck(column, check)) continue;
    ddl.checks.push_back({check.name, check.exprText});
  }
  for (const sql::ForeignKeyDefinition& key : column.references)
    addForeignKey(key, ddl);
  if (column.unique) ddl.uniqueKeys.push_back({column.uniqueName, {column.name}});
  if (column.primaryKey) ddl.primaryKeyName = column.primaryKeyName;
  if (column.generatedText) ddl.generated.emplace_back(column.name, *column.generatedText);
  ddl.hasConflictClause = ddl.hasConflictClause || column.hasConflictClause;
}

}  // namespace

TableDdl parseTableDdl(const SourceTable& table) {
  TableDdl ddl;
  const auto parsed = sql::parseCreateTable(table.sql);
  if (!parsed) {
    ddl.failure = parsed.error + " at byte " + std::to_string(parsed.offset + 1);
    return ddl;
  }
  ddl.parsed = true;
  for (const sql::ColumnDefinition& column : parsed.value->columns)
    addColumn(column, ddl);
  for (const sql::CheckDefinition& check : parsed.value->checks) {
    ddl.checks.push_back({check.name, check.exprText});
  }
  for (const sql::KeyDefinition& key : parsed.value->uniqueKeys) {
    ddl.uniqueKeys.push_back({key.name, key.columns});
    ddl.hasConflictClause = ddl.hasConflictClause || key.hasConflictClause;
  }
  if (const auto& key = parsed.value->primaryKey) {
    ddl.primaryKeyName = key->name;
    ddl.hasConflictClause = ddl.hasConflictClause || key->hasConflictClause;
  }
  for (const sql::ForeignKeyDefinition& key : parsed.value->foreignKeys)
    addForeignKey(key, ddl);
  return ddl;
}

Translation translateCheck(const std::string& expression, const SourceTable& source,
                           const TablePlan& table) {
  const auto parsed = sql::parseExpression(expression);
  if (!parsed) return notUnderstood(parsed.error);
  return from(sql::translateCheck(**parsed.value, resolverOf(source, table, true)));
}

Translation translateGenerated(const std::string& expression, const SourceTable& source,
                               const TablePlan& table, const ColumnPlan& target) {
  if (changesValues(target)) return refusal("its values are converted");
  const auto parsed = sql::parseExpression(expression);
  if (!parsed) return notUnderstood(parsed.error);
  sql::Translation translated =
      sql::translateExpression(**parsed.value, resolverOf(source, table, false));
  if (translated.sql && !translated.immutable) {
    return refusal("its expression is not immutable in PostgreSQL");
  }
  if (translated.sql && translated.type != typeClassOf(target.type)) {
    return refusal("its expression is not of the type " + typeSql(target) +
                   " that its values have");
  }
  return from(std::move(translated));
}

Translation translateDefault(const std::string& expression, const ColumnPlan& target) {
  return from(sql::translateDefault(expression, typeClassOf(target.type), false));
}

std::optional<IndexTranslation> translateIndex(const std::string& text, const SourceTable& source,
                                               const TablePlan& table) {
  const auto parsed = sql::parseCreateIndex(text);
  if (!parsed) return std::nullopt;
  const auto indexable = [](sql::Translation translated) {
    if (translated.sql && !translated.immutable) {
      return refusal("an expression in it is not immutable in PostgreSQL");
    }
    return from(std::move(translated));
  };
  const sql::ColumnResolver resolver = resolverOf(source, table, true);
  IndexTranslation index;
  for (const sql::IndexedColumn& column : parsed.value->columns) {
    index.parts.push_back(indexable(sql::translateIndexColumn(column, resolver)));
    index.sourceParts.push_back(column.text);
    index.mayOverflow =
        index.mayOverflow || (column.expr != nullptr && sql::mayOverflow(*column.expr));
  }
  index.sourceWhere = parsed.value->whereText;
  if (parsed.value->where) {
    index.where = indexable(sql::translatePredicate(*parsed.value->where, resolver));
    index.mayOverflow = index.mayOverflow || sql::mayOverflow(*parsed.value->where);
  }
  return index;
}

}  // namespace repot::migrate
