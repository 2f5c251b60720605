// Whole queries (views) in PostgreSQL's SQL: the same rows under the same conditions as for
// expressions (translate.hpp), or no translation and the reason.
#pragma once

#include "engine/sql/translate.hpp"

#include <repot/sqlite/grammar/select.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repot::sql {

struct RelationColumn {
  std::string name;  ///< As SQLite finds it; empty: an expression without a name.
  ColumnInfo info;   ///< `quotedName` is the column's alone, without table.
  /// Made of sums of floating-point numbers: in both databases their last digits depend on the
  /// order in which the rows come.
  bool approximate = false;
};

/// A table or view that queries may read.
struct Relation {
  std::string sql;  ///< Its name in the target, quoted.
  std::vector<RelationColumn> columns;
  std::vector<std::size_t> key;      ///< Columns of its primary key in the target, if it has one.
  std::optional<std::size_t> rowid;  ///< The column that SQLite's rowid is.
  std::string reason;                ///< Why it cannot be read; empty: it can.
};
using RelationResolver = std::function<Relation(std::string_view name)>;

struct SelectTranslation {
  std::optional<std::string> sql;
  std::vector<RelationColumn> columns;  ///< Of the result.
  std::string reason;                   ///< Why not; set exactly where `sql` is absent.
};

/// With `byteOrder` the text columns of the target are COLLATE "C", and so are those of the result.
/// The place of NULLs is SQLite's. Conditions give 0 and 1 as in SQLite; boolean columns stay so.
SelectTranslation translateSelect(const Select& select, const RelationResolver& relations,
                                  bool byteOrder);

}  // namespace repot::sql
