// Values of PostgreSQL as SQLite takes them.
#pragma once

#include "engine/plan.hpp"
#include "engine/revert/value_style.hpp"
#include "engine/source_schema.hpp"

#include <repot/postgresql/bulk.hpp>

struct sqlite3_stmt;

namespace repot::migrate {

class ValueWriter {
 public:
  /// `column` and `affinity` are those of the SQLite column.
  ValueWriter(ColumnPlan column, Affinity affinity, ValueStyle style)
      : column_(std::move(column)), affinity_(affinity), style_(std::move(style)) {}

  /// Binds the value to a place of the statement; `field` must stay until the statement has run.
  /// Throws Error(data), without the value, for one that SQLite cannot hold so that it means the
  /// same (NaN, infinite times, decimals beyond a double in a numeric column).
  void bind(sqlite3_stmt* statement, int index, const postgresql::CopyField& field) const;

 private:
  void bindContent(sqlite3_stmt* statement, int index, char tag, std::string_view content) const;
  void bindDecimal(sqlite3_stmt* statement, int index, std::string_view decimal) const;
  void bindTime(sqlite3_stmt* statement, int index, std::string_view text) const;
  bool bindEpoch(sqlite3_stmt* statement, int index, std::string_view text) const;
  void bindInterval(sqlite3_stmt* statement, int index, std::string_view content) const;
  void bindUuid(sqlite3_stmt* statement, int index, std::string_view hex) const;
  [[noreturn]] void misfit(std::string_view why) const;

  ColumnPlan column_;
  Affinity affinity_;
  ValueStyle style_;
};

}  // namespace repot::migrate
