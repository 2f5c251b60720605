// Conversions that are not one-to-one (1 and '1' → '1', two spellings of one instant) can break a
// unique key. That is found before anything is written.
#pragma once

#include "draft.hpp"

#include <string>
#include <vector>

namespace repot::migrate {

/// A unique key or index of the source.
struct UniqueKey {
  struct Part {
    std::size_t column = TableDraft::none;  ///< `none`: an expression, in `sql`.
    std::string sql;
    std::string collation;  ///< Empty: BINARY.
  };
  std::vector<Part> parts;
  std::string where;  ///< SQLite's predicate; empty: none.

  /// True where the key's columns can come to equal values that SQLite keeps apart. Expressions
  /// never do: they are only translated over columns that keep their values.
  bool mayMerge(const TableDraft& table) const;
};

/// Groups of rows whose keys differ in the source and are equal after conversion; none is looked
/// for where every conversion is one-to-one.
TraitStat findConvertedDuplicates(sqlite::SqliteReader& reader, const TableDraft& table,
                                  const UniqueKey& unique, std::size_t examples);

/// True where two values of the column that SQLite keeps apart may become equal.
bool mergesValues(const ColumnPlan& column);

}  // namespace repot::migrate
