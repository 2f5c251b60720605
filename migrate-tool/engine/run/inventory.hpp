// What a schema of the target holds besides rows, in PostgreSQL's own spelling: each property of a
// table or column, each constraint, index, trigger, rule and view as one item. Two schemas made by
// the same statements have equal items, whatever the statements' spelling was.
#pragma once

#include "engine/run/control.hpp"

#include <string>
#include <vector>

namespace repot::migrate {

struct InventoryItem {
  /// Of tables: "persistence", "row-security"; of columns: "type", "collation", "not-null",
  /// "default", "generated", "identity", "sequence", "place"; "primary-key", "unique",
  /// "foreign-key", "check", "exclusion", "index", "trigger", "rule"; "view",
  /// "materialized-view".
  std::string kind;
  std::string table;
  std::string name;        ///< Of the column or object; empty for the table's or view's own.
  std::string definition;  ///< Without names; empty where the property is not set.
  bool valid = true;       ///< All rows were checked, or are in the index.
  bool enabled = true;     ///< The triggers that enforce it fire.
};

/// All items of a schema: tables, views and materialized views, partitions left out. Sets the
/// search path, so that names are spelled without their schema. `schema` may be "pg_temp".
std::vector<InventoryItem> readInventory(Control& control, const std::string& schema);

}  // namespace repot::migrate
