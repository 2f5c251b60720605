// See loading_rows.hpp.
#include "engine/run/loading_rows.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace repot::migrate {
namespace {

std::string selectSql(const TablePlan& table, const RowEncoder& encoder, bool generatedToo) {
  // A table of nothing but generated columns still has rows, which SQLite selects as constants.
  std::string sql = "SELECT " + (encoder.sourceColumns().empty() ? "1" : encoder.sourceColumns());
  for (const ColumnPlan& column : table.columns) {
    if (generatedToo && column.generatedSql) sql += ", " + quoteIdentifier(column.source);
  }
  return sql + " FROM " + quoteIdentifier(table.source);
}

}  // namespace

std::string loadingSql(const TablePlan& table, const RowEncoder& encoder, bool ranged,
                       bool generatedToo) {
  std::string sql = selectSql(table, encoder, generatedToo);
  // By the table itself: an index may disagree with a damaged table.
  if (!table.rowidName.empty()) sql += " NOT INDEXED";
  if (ranged) sql += " WHERE " + quoteIdentifier(table.rowidName) + " BETWEEN ?1 AND ?2";
  return sql;
}

std::string loadingSqlWhere(const TablePlan& table, const RowEncoder& encoder,
                            const std::string& condition) {
  return selectSql(table, encoder, /*generatedToo=*/true) + " WHERE " + condition;
}

SourceRow loadingRow(const TablePlan& table, int selected) {
  int next = 0;
  int generated = selected - static_cast<int>(std::count_if(
                                 table.columns.begin(), table.columns.end(),
                                 [](const ColumnPlan& column) { return column.generatedSql; }));
  std::vector<int> positions;
  for (const ColumnPlan& column : table.columns)
    positions.push_back(column.generatedSql ? generated++ : next++);
  return {table, std::move(positions), next};
}

}  // namespace repot::migrate
