// Look-ups in a schema, and the names of what nobody named.
#include "repot/schema/model.hpp"

#include "schema/sql_text.hpp"

#include <algorithm>

namespace repot::schema {
namespace {

/// PostgreSQL cuts longer names without a word, and could so make two names one.
constexpr std::size_t maxNameBytes = 63;

std::string fitted(std::string name) {
  if (name.size() <= maxNameBytes) return name;
  const std::string digest = shortDigest(name);
  std::size_t kept = maxNameBytes - digest.size() - 1;
  while (kept > 0 && (static_cast<unsigned char>(name[kept]) & 0xc0) == 0x80)
    --kept;  // Not in the middle of a character.
  return name.substr(0, kept) + '_' + digest;
}

std::string joinedName(std::string_view prefix, std::string_view table,
                       const std::vector<std::string>& columns) {
  std::string name = std::string(prefix) + '_' + std::string(table);
  for (const std::string& column : columns)
    name += '_' + column;
  return fitted(std::move(name));
}

template <typename Items>
auto* findNamed(Items& items, std::string_view name) {
  const auto found = std::find_if(items.begin(), items.end(),
                                  [&](const auto& item) { return sameName(item.name, name); });
  return found == items.end() ? nullptr : &*found;
}

/// Two unnamed objects on the same columns would get the same name.
template <typename Item, typename Items>
void name(Item& item, const Items& others, const std::string& wanted, const std::string& content) {
  if (!item.name.empty()) return;
  item.name =
      findNamed(others, wanted) == nullptr ? wanted : fitted(wanted + '_' + shortDigest(content));
}

}  // namespace

Sql Sql::each(std::string sqlite, std::string postgresql) {
  Sql sql;
  sql.dialects = {{"sqlite", std::move(sqlite)}, {"postgresql", std::move(postgresql)}};
  return sql;
}

const std::string& Sql::of(std::string_view scheme) const {
  const auto found = dialects.find(scheme);
  return found == dialects.end() ? text : found->second;
}

const Column* Table::find(std::string_view column) const {
  return findNamed(columns, column);
}
Column* Table::find(std::string_view column) {
  return findNamed(columns, column);
}
const Table* Schema::find(std::string_view table) const {
  return findNamed(tables, table);
}
Table* Schema::find(std::string_view table) {
  return findNamed(tables, table);
}

std::vector<std::string> mentionedColumns(const Table& table, const Sql& sql) {
  std::vector<std::string> mentioned;
  const auto note = [&](std::string_view name) {
    const Column* column = table.find(name);
    if (column != nullptr &&
        std::find(mentioned.begin(), mentioned.end(), column->name) == mentioned.end())
      mentioned.push_back(column->name);
    return std::string();
  };
  replaceNames(sql.text, note);
  for (const auto& [scheme, text] : sql.dialects)
    replaceNames(text, note);
  return mentioned;
}

std::string primaryKeyName(std::string_view table) {
  return joinedName("pk", table, {});
}
std::string uniqueName(std::string_view table, const std::vector<std::string>& columns) {
  return joinedName("uq", table, columns);
}
std::string foreignKeyName(std::string_view table, const std::vector<std::string>& columns) {
  return joinedName("fk", table, columns);
}

std::string checkName(const Table& table, const Check& check) {
  return joinedName("ck", table.name, mentionedColumns(table, check.condition));
}

std::string indexName(std::string_view table, const Index& index) {
  std::vector<std::string> parts;
  for (const IndexPart& part : index.parts) {
    parts.push_back(part.column.empty() ? shortDigest(part.expression.of("sqlite") +
                                                      part.expression.of("postgresql"))
                                        : part.column);
  }
  return joinedName("ix", table, parts);
}

void nameConstraints(Table& table) {
  if (!table.primaryKey.columns.empty() && table.primaryKey.name.empty())
    table.primaryKey.name = primaryKeyName(table.name);
  for (Key& key : table.uniqueKeys)
    name(key, table.uniqueKeys, uniqueName(table.name, key.columns), "again");
  for (Check& check : table.checks) {
    name(check, table.checks, checkName(table, check),
         check.condition.of("sqlite") + check.condition.of("postgresql"));
  }
  for (ForeignKey& key : table.foreignKeys) {
    name(key, table.foreignKeys, foreignKeyName(table.name, key.columns), key.table);
  }
  for (Index& index : table.indexes) {
    name(index, table.indexes, indexName(table.name, index),
         index.where.of("sqlite") + index.where.of("postgresql"));
  }
}

}  // namespace repot::schema
