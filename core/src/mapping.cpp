// The SQL of mapped tables' statements, and the errors of their rows.
#include "repot/mapping.hpp"

#include "repot/backend.hpp"
#include "repot/entity_io.hpp"

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

/// "version" = "version" + 1
std::string increment(const ColumnInfo& column, const std::string& current) {
  return quoteIdentifier(column.name) + " = " + current + " + 1";
}

}  // namespace

void checkKeys(const std::string& table, const std::vector<ColumnInfo>& columns) {
  const auto keys = std::count_if(columns.begin(), columns.end(), isKey);
  const bool generated = std::any_of(columns.begin(), columns.end(),
                                     [](const ColumnInfo& column) { return column.generated; });
  if (keys == 0) throw Error(ErrorKind::usage, "the mapping of " + table + " has no key");
  if (std::count_if(columns.begin(), columns.end(),
                    [](const ColumnInfo& column) { return column.version; }) > 1) {
    throw Error(ErrorKind::usage, "the mapping of " + table + " has two version columns");
  }
  if (generated && keys != 1) {
    throw Error(ErrorKind::usage, "the mapping of " + table + " has a generated key beside others");
  }
}

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
  const auto assigned = [&](const ColumnInfo& column) {
    return column.version ? increment(column, quoteIdentifier(column.name)) : equals(column);
  };
  const std::string assignments = join(
      columns, ", ", [](const ColumnInfo& column) { return !column.key; }, assigned);
  if (!assignments.empty()) {
    sql.update = "UPDATE " + table + " SET " + assignments + " WHERE " +
                 join(columns, " AND ", isKey, equals);
    for (const ColumnInfo& column : columns) {
      if (column.version) sql.update += " AND " + equals(column);
    }
  }
  return sql;
}

std::string upsertSql(const std::string& tableName, const std::vector<ColumnInfo>& columns,
                      const std::vector<std::string>& conflict, bool withoutGenerated) {
  const std::string table = quoteIdentifier(tableName);
  std::string sql =
      withoutGenerated ? insertSql(table, columns, [](const ColumnInfo& c) { return !c.generated; })
                       : insertSql(table, columns, isAny);
  sql += " ON CONFLICT (";
  for (std::size_t i = 0; i < conflict.size(); ++i) {
    sql += (i > 0 ? ", " : "") + quoteIdentifier(conflict[i]);
  }
  const auto written = [&](const ColumnInfo& column) {
    return !column.key &&
           std::find(conflict.begin(), conflict.end(), column.name) == conflict.end();
  };
  std::string assignments = join(columns, ", ", written, [&](const ColumnInfo& column) {
    const std::string name = quoteIdentifier(column.name);
    return column.version ? increment(column, table + '.' + name) : name + " = excluded." + name;
  });
  if (assignments.empty()) {  // DO NOTHING would return no row.
    const std::string name = quoteIdentifier(conflict.front());
    assignments = name + " = excluded." + name;
  }
  return sql + ") DO UPDATE SET " + assignments + " RETURNING " +
         join(
             columns, ", ", [](const ColumnInfo& c) { return c.key || c.version; }, quotedName);
}

void throwConflict(const std::string& table) {
  throw Error(ErrorKind::conflict, "the row of " + table +
                                       " was changed or removed by somebody else since it was "
                                       "read; read it again");
}

void throwNotUpdated(const std::string& table, std::string_view what) {
  throw Error(ErrorKind::notFound,
              "no row of " + table + " has the key of the entity to be " + std::string(what));
}

void throwUnreadable(const Error& error, const std::string& table,
                     const std::vector<ColumnInfo>& columns, std::size_t column,
                     const Statement& statement, int firstColumn) {
  std::string where = table + '.' + columns[column].name;
  // Keys name rows in messages; other values stay private.
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].key) continue;
    where += where.find(" of the row ") == std::string::npos ? " of the row " : ", ";
    where += columns[i].name + '=';
    try {
      const Value key = statement.column(firstColumn + static_cast<int>(i), columns[i].type);
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
