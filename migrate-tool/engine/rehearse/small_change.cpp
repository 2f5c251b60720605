// See small_change.hpp.
#include "engine/rehearse/small_change.hpp"

#include <repot/sqlite/bulk.hpp>
#include <repot/sqlite/writer_handle.hpp>

#include <sqlite3.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace repot::migrate {
namespace {

constexpr const char* context = "changing some rows of the copy";
constexpr std::int64_t rowsMax = 10'000;

bool isInIndex(const SourceTable& table, std::size_t column) {
  return std::any_of(table.indexes.begin(), table.indexes.end(), [&](const SourceIndex& index) {
    // An index on an expression, or a partial one, may read any column.
    return index.partial ||
           std::any_of(index.columns.begin(), index.columns.end(), [&](const auto& each) {
             return each.column == static_cast<int>(column) || each.column == -2;
           });
  });
}

bool isInForeignKey(const SourceSchema& schema, const SourceTable& table,
                    const std::string& column) {
  const auto names = [&](const std::vector<std::string>& list) {
    return std::any_of(list.begin(), list.end(),
                       [&](const std::string& each) { return sameName(each, column); });
  };
  return std::any_of(schema.tables.begin(), schema.tables.end(), [&](const SourceTable& child) {
    return std::any_of(child.foreignKeys.begin(), child.foreignKeys.end(), [&](const auto& key) {
      return (&child == &table && names(key.columns)) ||
             (sameName(key.parent, table.name) && names(key.parentColumns));
    });
  });
}

/// A column whose values no key, index or computed column depends on.
std::optional<std::string> freeColumn(const SourceSchema& schema, const SourceTable& table,
                                      const TablePlan& plan) {
  if (table.kind != SourceTable::Kind::table || table.rowidName.empty()) return std::nullopt;
  for (const ColumnPlan& planned : plan.columns) {
    const auto at = table.find(planned.source);
    if (!at || table.columns[*at].isGenerated() || table.columns[*at].keyOrdinal > 0) continue;
    if (isInIndex(table, *at) || isInForeignKey(schema, table, planned.source)) continue;
    return planned.source;
  }
  return std::nullopt;
}

std::int64_t change(sqlite3* handle, const TablePlan& plan, const SourceTable& table,
                    const std::string& column, int round) {
  const std::string name = quoteIdentifier(table.name), field = quoteIdentifier(column);
  const std::string rowid = quoteIdentifier(table.rowidName);
  const std::int64_t wanted = std::clamp<std::int64_t>(plan.rows / 1000, 1, rowsMax);
  const std::int64_t step = std::max<std::int64_t>(plan.rows / wanted, 1);
  // The value of one row, for others that have another; a row for each step of row numbers.
  const std::string value = "(SELECT " + field + " FROM " + name + " ORDER BY " + rowid +
                            " LIMIT 1" + " OFFSET " +
                            std::to_string(std::min<std::int64_t>(round, plan.rows - 1)) + ")";
  sqlite::Statement update(
      handle, "UPDATE OR IGNORE " + name + " SET " + field + " = " + value + " WHERE " + rowid +
                  " IN (SELECT " + rowid + " FROM " + name + " WHERE " + rowid + " % " +
                  std::to_string(step) + " = " + std::to_string(round % step) + " AND " + field +
                  " IS NOT " + value + " LIMIT " + std::to_string(wanted) + ")");
  update.step();
  return sqlite3_changes64(handle);
}

}  // namespace

SmallChange changeAFew(const std::string& path, const Plan& plan, const SourceSchema& schema,
                       int round) {
  const sqlite::WriterHandle handle = sqlite::openForWriting(path);
  sqlite3_db_config(handle.get(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(handle.get(), SQLITE_DBCONFIG_ENABLE_FKEY, 0, nullptr);
  std::vector<const TablePlan*> tables;
  for (const TablePlan& table : plan.tables)
    tables.push_back(&table);
  std::stable_sort(tables.begin(), tables.end(),
                   [](const TablePlan* a, const TablePlan* b) { return a->rows > b->rows; });
  for (const TablePlan* table : tables) {
    const SourceTable* const source = schema.find(table->source);
    if (source == nullptr || table->rows == 0) continue;
    const auto column = freeColumn(schema, *source, *table);
    if (!column) continue;
    sqlite::execute(handle, "BEGIN IMMEDIATE", context);
    const std::int64_t rows = change(handle.get(), *table, *source, *column, round);
    sqlite::execute(handle, "COMMIT", context);
    if (rows > 0) return {table->source, rows};
  }
  return {};
}

}  // namespace repot::migrate
