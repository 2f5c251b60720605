// Rows in canonical form; see row_source.hpp.
#include "engine/run/row_source.hpp"

#include "engine/run/canonical.hpp"
#include "engine/run/canonical_part.hpp"
#include "engine/run/orphan_marks.hpp"
#include "engine/run/row_encoder.hpp"

#include <repot/error.hpp>

namespace repot::migrate {
namespace {

std::string columnList(const TablePlan& table, std::string ColumnPlan::*name) {
  std::string list;
  for (const ColumnPlan& column : table.columns) {
    list += (list.empty() ? "" : ", ") + quoteIdentifier(column.*name);
  }
  return list;
}

}  // namespace

void visitSourceRows(sqlite::SqliteReader& reader, const TablePlan& table,
                     const RowVisitor& visit) {
  OrphanMarks orphans(table, static_cast<int>(table.columns.size()));
  std::string sql = "SELECT " + columnList(table, &ColumnPlan::source) + orphans.conditions() +
                    " FROM " + quoteIdentifier(table.source);
  if (!table.rowidName.empty()) sql += " NOT INDEXED";
  sqlite::Statement rows = reader.prepare(sql);
  std::string canonical;
  while (rows.step()) {
    canonical.clear();
    bool setAside = orphans.read(rows);
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const ColumnPlan& column = table.columns[i];
      const int index = static_cast<int>(i);
      if (orphans.of(i) != nullptr) {
        canonical::append(canonical, '0', {});
        continue;
      }
      const bool fits = appendSourceValue(canonical, column, rows, index);
      setAside = setAside || (!fits && column.misfit == MisfitPolicy::quarantineRow);
      if (!fits && column.misfit == MisfitPolicy::fail) {
        throw Error(ErrorKind::data, "table \"" + table.source + "\", column \"" + column.source +
                                         "\": the source holds " + describeValue(rows, index) +
                                         ", which is no " + typeSql(column));
      }
    }
    if (!setAside) visit(canonical);
  }
}

void visitTargetRows(postgresql::BulkConnection& connection, const std::string& schema,
                     const TablePlan& table, const RowVisitor& visit) {
  postgresql::CopyReader reader(
      connection, "COPY (SELECT " + columnList(table, &ColumnPlan::target) + " FROM ONLY " +
                      quoteIdentifier(schema) + '.' + quoteIdentifier(table.target) +
                      ") TO STDOUT (FORMAT binary)");
  std::vector<postgresql::CopyReader::Field> fields;
  std::string canonical;
  while (reader.next(fields)) {
    if (fields.size() != table.columns.size()) {
      throw Error(ErrorKind::internal, "the server sent another number of columns than asked for");
    }
    canonical.clear();
    for (std::size_t i = 0; i < fields.size(); ++i) {
      appendTargetValue(canonical, table.columns[i], fields[i]);
    }
    visit(canonical);
  }
}

}  // namespace repot::migrate
