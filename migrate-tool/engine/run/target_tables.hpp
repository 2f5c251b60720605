// What a target holds already, as its catalog tells it: the tables of one schema with their types,
// keys, constraints, sequences and triggers. The only view that comparing and filling have of it.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/control.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace repot::migrate {

struct TargetColumn {
  /// Its type and what the column does by itself; `source` is empty.
  ColumnPlan plan;
  bool hasDefault = false;       ///< Of any kind, a sequence's too.
  bool identity = false;         ///< ALWAYS or BY DEFAULT.
  std::string sequence;          ///< Quoted and qualified; also where it is OWNED BY nobody.
  bool ownsSequence = false;     ///< The role may ALTER it.
  bool readsSequence = false;    ///< The role may look where it stands.
  bool updatesSequence = false;  ///< The role may setval() it.
};

struct TargetIndex {
  std::string name;
  std::vector<std::string> columns;  ///< Key columns; empty for an expression.
  bool unique = false;
  bool primary = false;
  bool valid = false;
  bool partial = false;
  bool deferrable = false;
};

struct TargetForeignKey {
  std::string name;
  std::vector<std::string> columns;
  std::string parentSchema;
  std::string parent;
  std::vector<std::string> parentColumns;
  bool valid = false;
  bool deferrable = false;
  bool initiallyDeferred = false;
  char onDelete = 'a';  ///< As pg_constraint.confdeltype.
  char onUpdate = 'a';
};

struct TargetCheck {
  std::string name;
  std::vector<std::string> columns;
  bool valid = false;
};

struct TargetTrigger {
  std::string name;
  std::string relation;  ///< The table or a partition of it, quoted and qualified.
  char enabled = 'O';    ///< As pg_trigger.tgenabled.
  bool onInsert = false;
};

struct TargetTable {
  std::string name;
  bool partitioned = false;  ///< Rows of it are in other tables too: partitions, heirs, shards.
  bool owned = false;        ///< The role may ALTER it.
  bool mayInsert = false;
  bool mayTruncate = false;
  bool rowSecurity = false;  ///< Policies apply to this role.
  std::vector<TargetColumn> columns;
  std::vector<TargetIndex> indexes;
  std::vector<TargetForeignKey> foreignKeys;
  std::vector<TargetCheck> checks;
  std::vector<TargetTrigger> triggers;  ///< The users', not those behind constraints.

  const TargetColumn* find(std::string_view column) const;
  /// Whether a valid index of the whole table leads with the column.
  bool hasIndexOn(std::string_view column) const;
};

/// All ordinary and partitioned tables of a schema, partitions left out, in the order of names.
std::vector<TargetTable> readTargetTables(Control& control, const std::string& schema);
/// The same of views, materialized ones too: names and columns.
std::vector<TargetTable> readTargetViews(Control& control, const std::string& schema);

/// What else bears the name in the schema, as "a view"; empty where nothing does.
std::string otherRelation(Control& control, const std::string& schema, const std::string& name);

/// By its name in pg_type: "int8"; PgType::other where it is none that is known.
PgType builtInType(std::string_view name);

}  // namespace repot::migrate
