// Rows in canonical form from either side, for digests and for the search for differences.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/orphan_marks.hpp"

#include <repot/byte_buffer.hpp>
#include <repot/postgresql/bulk.hpp>
#include <repot/sqlite/bulk.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repot::migrate {

/// A part of a table by its range column, both ends included; without an end it has none there.
/// Rows without a value of that column belong to every part that is open below.
struct KeyBounds {
  std::optional<std::int64_t> first;
  std::optional<std::int64_t> last;
};

/// Brings the rows of a SELECT on the source to canonical form.
class SourceRow {
 public:
  /// `positions`: the place in the SELECT of each of the table's columns; `orphansAt`: that of the
  /// first of the table's conditions on orphans. `table` must outlive it.
  SourceRow(const TablePlan& table, std::vector<int> positions, int orphansAt);

  /// False where the plan sets the row aside. Where a value is none of the planned type and the
  /// plan has no policy for it, throws Error(data); for a table that exists already such a value
  /// equals none of the target's.
  bool read(const sqlite::Statement& row);
  std::string_view canonical() const noexcept { return canonical_.view(); }
  /// The value of the table's range column, 0 where there is none.
  std::int64_t key() const noexcept { return key_; }

 private:
  const TablePlan& table_;
  std::vector<int> positions_;
  OrphanMarks orphans_;
  ByteBuffer canonical_;
  std::int64_t key_ = 0;
};

/// Gets a row and the value of the table's range column (0 where there is none).
using RowVisitor = std::function<void(std::string_view canonical, std::int64_t key)>;

/// The same with the row's rowid, 0 where the table has none.
using RowidVisitor =
    std::function<void(std::string_view canonical, std::int64_t key, std::int64_t rowid)>;

/// Rows of the source's table that the plan does not set aside, as SourceRow reads them.
void visitSourceRows(sqlite::SqliteReader& reader, const TablePlan& table, const KeyBounds& bounds,
                     const RowVisitor& visit);
/// With `rowids` only those in between, both included, in place of `bounds`.
void visitSourceRows(sqlite::SqliteReader& reader, const TablePlan& table, const KeyBounds& bounds,
                     const RowidVisitor& visit, const std::optional<KeyRange>& rowids = {});
/// Which rows of a table of the target: by its range column, or by the pages of the table's file
/// from the first to before the last, which needs no index.
struct TargetBounds {
  KeyBounds keys;
  std::optional<KeyRange> pages;
};
/// COPY … TO STDOUT of the rows of the target's table, in binary form.
std::string targetRowsSql(const std::string& schema, const TablePlan& table,
                          const TargetBounds& bounds);
/// Rows of the target's table.
void visitTargetRows(postgresql::BulkConnection& connection, const std::string& schema,
                     const TablePlan& table, const TargetBounds& bounds, const RowVisitor& visit);

}  // namespace repot::migrate
