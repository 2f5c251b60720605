// Encodes rows of an SQLite statement as rows of PostgreSQL's binary COPY, and keeps the ledger of
// what became of their values.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/encoder.hpp"
#include "engine/run/orphan_marks.hpp"
#include "engine/run/quarantine.hpp"

#include <repot/postgresql/bulk.hpp>
#include <repot/sqlite/bulk.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace repot::migrate {

/// What became of a column's values, for the loss ledger:
/// read = written + converted + nulls + set to NULL + quarantined.
struct ColumnLedger {
  std::int64_t written = 0;      ///< Arrived equal.
  std::int64_t converted = 0;    ///< Arrived repaired, or with a zone that was assumed.
  std::int64_t nulls = 0;        ///< NULL at the source.
  std::int64_t setNull = 0;      ///< Replaced by NULL as the plan wants it.
  std::int64_t quarantined = 0;  ///< Set aside, with its row or alone.

  std::int64_t read() const { return written + converted + nulls + setNull + quarantined; }
  void add(const ColumnLedger& other);
};

class RowEncoder {
 public:
  /// `table` must outlive the encoder; generated columns are left out. `quarantine` may be null
  /// where the plan has no use of it. `moreFields`: what the caller appends to each row itself.
  explicit RowEncoder(const TablePlan& table, Quarantine* quarantine = nullptr,
                      std::size_t moreFields = 0);

  /// What is to be selected from the source, in order, quoted for SQLite.
  const std::string& sourceColumns() const noexcept { return sourceColumns_; }
  /// Columns for COPY, quoted for PostgreSQL.
  const std::string& targetColumns() const noexcept { return targetColumns_; }

  /// Appends the current row; false where it went to the quarantine as a whole. Throws Error(data)
  /// naming table, column, key and value where a value is not what the plan says; the row is then
  /// incomplete and the COPY must be given up.
  bool encode(sqlite::Statement& row, postgresql::CopyWriter& writer);

  const std::vector<ColumnLedger>& ledger() const noexcept { return ledger_; }

 private:
  bool setAsideRow(sqlite::Statement& row);
  std::string misfitReason(std::size_t column) const;
  void drop(sqlite::Statement& row, std::size_t column, MisfitPolicy policy,
            const std::string& reason);
  void keep(sqlite::Statement& row, std::size_t column, std::string_view reason);
  [[noreturn]] void refuse(sqlite::Statement& row, std::size_t column) const;

  const TablePlan& table_;
  Quarantine* quarantine_;
  std::size_t moreFields_;
  std::vector<ValueEncoder> columns_;
  std::vector<std::size_t> planned_;  ///< Place of each of columns_ in the plan.
  std::vector<ColumnLedger> ledger_;
  OrphanMarks orphans_;
  KeyParts keyParts_;
  std::string sourceColumns_;
  std::string targetColumns_;
  ByteBuffer judged_;
  bool mayLoseRows_ = false;
};

/// The value of a source column as people read it, shortened: for messages.
std::string describeValue(const sqlite::Statement& row, int column);

}  // namespace repot::migrate
