// Rows in canonical form; see row_source.hpp.
#include "engine/run/row_source.hpp"

#include "engine/run/canonical.hpp"
#include "engine/run/canonical_part.hpp"
#include "engine/run/row_encoder.hpp"

#include <repot/error.hpp>

#include <cstring>
#include <numeric>
#include <utility>

namespace repot::migrate {
namespace {

std::string columnList(const TablePlan& table, std::string ColumnPlan::*name) {
  std::string list;
  for (const ColumnPlan& column : table.columns) {
    list += (list.empty() ? "" : ", ") + quoteIdentifier(column.*name);
    // A type that is not known here is compared by the text that the server makes of it.
    if (name == &ColumnPlan::target && column.type == PgType::other) list += "::pg_catalog.text";
  }
  return list;
}

/// " WHERE …" in words that both databases know, or nothing.
std::string boundsSql(const TablePlan& table, const KeyBounds& bounds,
                      std::string ColumnPlan::*name) {
  if (!table.rangeColumn || (!bounds.first && !bounds.last)) return {};
  const std::string key = quoteIdentifier(table.columns[*table.rangeColumn].*name);
  std::string sql;
  if (bounds.first) sql = key + " >= " + std::to_string(*bounds.first);
  if (bounds.last)
    sql += (sql.empty() ? "" : " AND ") + key + " <= " + std::to_string(*bounds.last);
  if (!bounds.first) sql += " OR " + key + " IS NULL";
  return " WHERE " + sql;
}

/// The integer of the canonical value that starts at `at`.
std::int64_t keyAt(std::string_view canonical, std::size_t at) {
  std::int64_t key = 0;
  if (canonical[at] == 'i')
    std::memcpy(&key, canonical.data() + at + canonical::frameBytes, sizeof key);
  return key;
}

void appendMisfit(ByteBuffer& canonical, const TablePlan& table, const ColumnPlan& column,
                  const sqlite::Statement& row, int index) {
  if (!column.existing) {
    throw Error(ErrorKind::data, "table \"" + table.source + "\", column \"" + column.source +
                                     "\": the source holds " + describeValue(row, index) +
                                     ", which is no " + typeSql(column));
  }
  canonical.truncate(canonical.size() - canonical::frameBytes);  // The NULL that stands for it.
  canonical::append(canonical, '!', describeValue(row, index));
}

}  // namespace

SourceRow::SourceRow(const TablePlan& table, std::vector<int> positions, int orphansAt)
    : table_(table), positions_(std::move(positions)), orphans_(table, orphansAt) {}

bool SourceRow::read(const sqlite::Statement& row) {
  canonical_.clear();
  std::size_t keyStart = 0;
  bool setAside = orphans_.read(row);
  for (std::size_t i = 0; i < table_.columns.size(); ++i) {
    const ColumnPlan& column = table_.columns[i];
    if (table_.rangeColumn == i) keyStart = canonical_.size();
    if (orphans_.of(i) != nullptr) {
      canonical::append(canonical_, '0', {});
      continue;
    }
    const bool fits = appendSourceValue(canonical_, column, row, positions_[i]);
    setAside = setAside || (!fits && column.misfit == MisfitPolicy::quarantineRow);
    if (!fits && column.misfit == MisfitPolicy::fail) {
      appendMisfit(canonical_, table_, column, row, positions_[i]);
    }
  }
  key_ = table_.rangeColumn ? keyAt(canonical_.view(), keyStart) : 0;
  return !setAside;
}

void visitSourceRows(sqlite::SqliteReader& reader, const TablePlan& table, const KeyBounds& bounds,
                     const RowidVisitor& visit, const std::optional<KeyRange>& rowids) {
  std::vector<int> positions(table.columns.size());
  std::iota(positions.begin(), positions.end(), 0);
  const auto orphansAt = static_cast<int>(positions.size());
  SourceRow row(table, std::move(positions), orphansAt);
  const int rowidAt = orphansAt + static_cast<int>(table.orphans.size());
  const bool hasRowid = !table.rowidName.empty();
  // The range column is the rowid.
  const bool asksRowid = hasRowid && !table.rangeColumn;
  std::string sql = "SELECT " + columnList(table, &ColumnPlan::source) +
                    OrphanMarks(table, orphansAt).conditions();
  if (asksRowid) sql += ", " + quoteIdentifier(table.rowidName);
  sql += " FROM " + quoteIdentifier(table.source);
  if (hasRowid) sql += " NOT INDEXED";
  sql += rowids ? " WHERE " + quoteIdentifier(table.rowidName) + " BETWEEN " +
                      std::to_string(rowids->first) + " AND " + std::to_string(rowids->last)
                : boundsSql(table, bounds, &ColumnPlan::source);
  sqlite::Statement rows = reader.prepare(sql);
  while (rows.step()) {
    if (row.read(rows))
      visit(row.canonical(), row.key(), asksRowid ? rows.int64(rowidAt) : row.key());
  }
}

void visitSourceRows(sqlite::SqliteReader& reader, const TablePlan& table, const KeyBounds& bounds,
                     const RowVisitor& visit) {
  visitSourceRows(reader, table, bounds,
                  RowidVisitor([&](std::string_view canonical, std::int64_t key, std::int64_t) {
                    visit(canonical, key);
                  }));
}

std::string targetRowsSql(const std::string& schema, const TablePlan& table,
                          const TargetBounds& bounds) {
  const auto place = [](std::int64_t page) { return "'(" + std::to_string(page) + ",0)'"; };
  const std::string where = bounds.pages ? " WHERE ctid >= " + place(bounds.pages->first) +
                                               " AND ctid < " + place(bounds.pages->last)
                                         : boundsSql(table, bounds.keys, &ColumnPlan::target);
  return "COPY (SELECT " + columnList(table, &ColumnPlan::target) +
         (table.partitioned ? " FROM " : " FROM ONLY ") + quoteIdentifier(schema) + '.' +
         quoteIdentifier(table.target) + where + ") TO STDOUT (FORMAT binary)";
}

void visitTargetRows(postgresql::BulkConnection& connection, const std::string& schema,
                     const TablePlan& table, const TargetBounds& bounds, const RowVisitor& visit) {
  postgresql::CopyReader reader(connection, targetRowsSql(schema, table, bounds));
  std::vector<postgresql::CopyReader::Field> fields;
  ByteBuffer canonical;
  while (reader.next(fields)) {
    if (fields.size() != table.columns.size()) {
      throw Error(ErrorKind::internal, "the server sent another number of columns than asked for");
    }
    canonical.clear();
    std::size_t keyStart = 0;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (table.rangeColumn == i) keyStart = canonical.size();
      appendTargetValue(canonical, table.columns[i], fields[i]);
    }
    visit(canonical.view(), table.rangeColumn ? keyAt(canonical.view(), keyStart) : 0);
  }
}

}  // namespace repot::migrate
