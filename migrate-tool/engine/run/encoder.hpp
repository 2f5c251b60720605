// Encodes rows of an SQLite statement as rows of PostgreSQL's binary COPY. The hot path of a
// migration: nothing is allocated per value.
#pragma once

#include "engine/plan.hpp"

#include <repot/postgresql/bulk.hpp>
#include <repot/sqlite/bulk.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace repot::migrate {

/// What became of a column's values, for the loss ledger: read = written + nulls + misfits.
struct ColumnLedger {
  std::int64_t written = 0;
  std::int64_t nulls = 0;    ///< NULL at the source.
  std::int64_t misfits = 0;  ///< Replaced by NULL as the plan wants it.
};

class RowEncoder {
 public:
  /// `table` must outlive the encoder; generated columns are left out.
  explicit RowEncoder(const TablePlan& table);

  /// Columns to be selected from the source, in order, quoted for SQLite.
  const std::string& sourceColumns() const noexcept { return sourceColumns_; }
  /// The same for COPY, quoted for PostgreSQL.
  const std::string& targetColumns() const noexcept { return targetColumns_; }

  /// Appends the current row. Throws Error(data) naming table, column, key and value where a value
  /// is not what the plan says; the row is then incomplete and the COPY must be given up.
  void encode(sqlite::Statement& row, postgresql::CopyWriter& writer);

  const std::vector<ColumnLedger>& ledger() const noexcept { return ledger_; }

 private:
  bool encodeValue(const ColumnPlan& column, sqlite::Statement& row, int index,
                   postgresql::CopyWriter& writer);
  [[noreturn]] void refuse(sqlite::Statement& row, std::size_t column) const;

  const TablePlan& table_;
  std::vector<const ColumnPlan*> columns_;
  std::vector<ColumnLedger> ledger_;
  std::string sourceColumns_;
  std::string targetColumns_;
};

/// The value of a source column as people read it, shortened: for messages.
std::string describeValue(const sqlite::Statement& row, int column);

}  // namespace repot::migrate
