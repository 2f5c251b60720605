// The SQL of mapped tables: statements, conditions, and CREATE TABLE.
#include "repot/mapping.hpp"

#include "repot/backend.hpp"
#include "repot/criteria.hpp"
#include "repot/repository.hpp"

#include <algorithm>

namespace repot::detail {
namespace {

std::string placeholder(std::size_t position) {
  return '$' + std::to_string(position);
}

/// Joins what `part` gives for every column that is `wanted`.
template <typename Wanted, typename Part>
std::string join(const std::vector<ColumnInfo>& columns, std::string_view separator, Wanted wanted,
                 Part part) {
  std::string joined;
  for (const ColumnInfo& column : columns) {
    if (!wanted(column)) continue;
    if (!joined.empty()) joined += separator;
    joined += part(column);
  }
  return joined;
}

bool isKey(const ColumnInfo& column) {
  return column.key;
}
bool isAny(const ColumnInfo&) {
  return true;
}
std::string quotedName(const ColumnInfo& column) {
  return quoteIdentifier(column.name);
}

std::string insertSql(const std::string& table, const std::vector<ColumnInfo>& columns,
                      bool (*wanted)(const ColumnInfo&)) {
  std::size_t position = 0;
  return "INSERT INTO " + table + " (" + join(columns, ", ", wanted, quotedName) + ") VALUES (" +
         join(columns, ", ", wanted, [&](const ColumnInfo&) { return placeholder(++position); }) +
         ')';
}

void checkKeys(const std::string& table, const std::vector<ColumnInfo>& columns) {
  const auto keys = std::count_if(columns.begin(), columns.end(), isKey);
  const bool generated = std::any_of(columns.begin(), columns.end(),
                                     [](const ColumnInfo& column) { return column.generated; });
  if (keys == 0) throw Error(ErrorKind::usage, "the mapping of " + table + " has no key");
  if (generated && keys != 1) {
    throw Error(ErrorKind::usage, "the mapping of " + table + " has a generated key beside others");
  }
}

std::string_view actionSql(OnDelete action) {
  switch (action) {
    case OnDelete::noAction:
      return "";
    case OnDelete::restrict:
      return " ON DELETE RESTRICT";
    case OnDelete::cascade:
      return " ON DELETE CASCADE";
    case OnDelete::setNull:
      return " ON DELETE SET NULL";
  }
  return "";
}

}  // namespace

EntitySql entitySql(const std::string& tableName, const std::vector<ColumnInfo>& columns) {
  checkKeys(tableName, columns);
  const std::string table = quoteIdentifier(tableName);
  std::size_t position = 0;
  const auto equals = [&](const ColumnInfo& column) {
    return quoteIdentifier(column.name) + " = " + placeholder(++position);
  };
  EntitySql sql;
  sql.columns = join(columns, ", ", isAny, quotedName);
  sql.insertWithKey = insertSql(table, columns, isAny);
  const auto generated = std::find_if(columns.begin(), columns.end(),
                                      [](const ColumnInfo& column) { return column.generated; });
  if (generated != columns.end()) {
    sql.insert = columns.size() == 1
                     ? "INSERT INTO " + table + " DEFAULT VALUES"
                     : insertSql(table, columns, [](const ColumnInfo& c) { return !c.generated; });
    sql.insert += " RETURNING " + quoteIdentifier(generated->name);
  }
  sql.select = "SELECT " + sql.columns + " FROM " + table;
  const std::string keyCondition = " WHERE " + join(columns, " AND ", isKey, equals);
  sql.get = sql.select + keyCondition;
  sql.remove = "DELETE FROM " + table + keyCondition;
  position = 0;
  const std::string assignments = join(
      columns, ", ", [](const ColumnInfo& column) { return !column.key; }, equals);
  if (!assignments.empty()) {
    sql.update = "UPDATE " + table + " SET " + assignments + " WHERE " +
                 join(columns, " AND ", isKey, equals);
  }
  return sql;
}

std::string shiftPlaceholders(const std::string& sql, std::size_t by) {
  std::string shifted;
  bool quoted = false;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql[i] == '"') quoted = !quoted;  // Names are the only quoted text in a condition.
    shifted += sql[i];
    if (sql[i] != '$' || quoted) continue;
    std::size_t number = 0;
    while (i + 1 < sql.size() && sql[i + 1] >= '0' && sql[i + 1] <= '9') {
      number = number * 10 + static_cast<std::size_t>(sql[++i] - '0');
    }
    shifted += std::to_string(number + by);
  }
  return shifted;
}

Condition compare(const std::string& column, std::string_view comparison, Value value) {
  Condition condition;
  condition.sql = quoteIdentifier(column) + ' ' + std::string(comparison) + " $1";
  condition.values.push_back(std::move(value));
  return condition;
}

Condition isNullCondition(const std::string& column, bool wanted) {
  return {quoteIdentifier(column) + (wanted ? " IS NULL" : " IS NOT NULL"), {}};
}

Condition inCondition(const std::string& column, std::vector<Value> values) {
  if (values.empty()) return {"1 = 0", {}};
  Condition condition{quoteIdentifier(column) + " IN (", std::move(values)};
  for (std::size_t i = 1; i <= condition.values.size(); ++i) {
    if (i > 1) condition.sql += ", ";
    condition.sql += placeholder(i);
  }
  condition.sql += ')';
  return condition;
}

Condition combine(Condition left, std::string_view word, Condition right) {
  left.sql = '(' + left.sql + ' ' + std::string(word) + ' ' +
             shiftPlaceholders(right.sql, left.values.size()) + ')';
  std::move(right.values.begin(), right.values.end(), std::back_inserter(left.values));
  return left;
}

Condition negate(Condition condition) {
  condition.sql = "NOT (" + condition.sql + ')';
  return condition;
}

void appendSelection(std::string& sql, std::vector<Value>& values,
                     const std::vector<std::pair<std::string, bool>>& order,
                     const std::optional<std::int64_t>& limit,
                     const std::optional<std::int64_t>& offset) {
  std::string_view separator = " ORDER BY ";
  for (const auto& [column, descending] : order) {
    sql += separator;
    sql += quoteIdentifier(column) + (descending ? " DESC NULLS LAST" : " ASC NULLS FIRST");
    separator = ", ";
  }
  if (limit || offset) {
    // SQLite has no OFFSET without LIMIT; the largest number means none on both.
    values.emplace_back(limit.value_or(std::numeric_limits<std::int64_t>::max()));
    sql += " LIMIT " + placeholder(values.size());
  }
  if (offset) {
    values.emplace_back(*offset);
    sql += " OFFSET " + placeholder(values.size());
  }
}

std::string createTableSql(const Backend& backend, const std::string& table,
                           const std::vector<ColumnInfo>& columns) {
  checkKeys(table, columns);
  std::string sql = "CREATE TABLE IF NOT EXISTS " + quoteIdentifier(table) + " (";
  for (const ColumnInfo& column : columns) {
    sql += "\n  " +
           backend.declareColumn({column.name, column.type, column.nullable, column.generated});
    if (column.unique) sql += " UNIQUE";
    sql += ',';
  }
  const bool generated = std::any_of(columns.begin(), columns.end(),
                                     [](const ColumnInfo& column) { return column.generated; });
  if (!generated) sql += "\n  PRIMARY KEY (" + join(columns, ", ", isKey, quotedName) + "),";
  for (const ColumnInfo& column : columns) {
    if (column.referencedTable.empty()) continue;
    sql += "\n  FOREIGN KEY (" + quoteIdentifier(column.name) + ") REFERENCES " +
           quoteIdentifier(column.referencedTable) + " (" +
           quoteIdentifier(column.referencedColumn) + ')' +
           std::string(actionSql(column.onDelete)) + ',';
  }
  sql.back() = '\n';
  return sql + ')';
}

void throwNotUpdated(const std::string& table, std::string_view what) {
  throw Error(ErrorKind::notFound,
              "no row of " + table + " has the key of the entity to be " + std::string(what));
}

void throwUnreadable(const Error& error, const std::string& table,
                     const std::vector<ColumnInfo>& columns, std::size_t column,
                     Statement& statement) {
  std::string where = table + '.' + columns[column].name;
  // Keys name rows in messages; other values stay private.
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].key) continue;
    where += where.find(" of the row ") == std::string::npos ? " of the row " : ", ";
    where += columns[i].name + '=';
    try {
      const Value key = statement.column(static_cast<int>(i), columns[i].type);
      if (const auto* number = std::get_if<std::int64_t>(&key)) {
        where += std::to_string(*number);
      } else if (const auto* text = std::get_if<std::string>(&key)) {
        where += '\'' + *text + '\'';
      } else {
        where +=
            isNull(key) ? "NULL" : std::string("(") + std::string(toString(columns[i].type)) + ')';
      }
    } catch (const Error&) {
      where += "(unreadable)";
    }
  }
  throw error.within(where);
}

}  // namespace repot::detail
