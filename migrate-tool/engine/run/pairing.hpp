// Pairs a source with a target that exists already – made by the application's own migrations, by
// another tool, or by Repot – and makes of it the plan by which both are compared or the target is
// filled. Nothing is assumed about who made it: types are the target's own.
#pragma once

#include "engine/ddl.hpp"
#include "engine/plan.hpp"
#include "engine/plan_options.hpp"
#include "engine/run/control.hpp"
#include "engine/run/target_tables.hpp"
#include "engine/source_schema.hpp"

#include <repot/sqlite/bulk.hpp>

#include <deque>
#include <string>
#include <vector>

namespace repot::migrate {

struct PairOptions {
  bool filling = false;   ///< The target is to be filled, not only compared.
  bool dataOnly = false;  ///< The application made the schema: its version tables are its own.
  bool assumeUtc = false;
  bool cutFractions = false;
  std::vector<std::string> truncate;  ///< Globs over tables to be emptied before they are filled.
};

struct PairedTable {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  const SourceTable* source = nullptr;
  const TargetTable* target = nullptr;
  TableDdl ddl;
  std::vector<std::size_t> planned;  ///< Index into the plan's columns of each source column.
};

/// Not to be copied: its parts point into each other.
struct Pairing {
  SourceSchema schema;
  std::deque<SourceTable> views;  ///< Those that are tables in the target.
  std::vector<TargetTable> targets;
  /// Pairs only; what has no partner is a finding of level `refused`. Counts no rows.
  Plan plan;
  std::vector<PairedTable> tables;  ///< Parallel to plan.tables.
  /// Tables in which the application's migrations keep their state and which hold rows in the
  /// target, by source name: with PairOptions::dataOnly they are in no plan.
  std::vector<std::string> versionTables;

  const PairedTable* findBySource(const std::string& source) const;
  const PairedTable* findByTarget(const std::string& target) const;
};

/// `saved` gives names where a saved plan renamed something; may be null.
/// Throws Error(usage) for options that name nothing in the source.
Pairing pairWithTarget(sqlite::SqliteReader& reader, Control& control, const PlanOptions& options,
                       const PairOptions& pairOptions, const Plan* saved);

/// Compares what both sides' version tables say: a finding for each that differs.
void compareVersions(sqlite::SqliteReader& reader, Control& control, const SourceTable& source,
                     const TargetTable& target, const std::string& schema,
                     std::vector<Finding>& findings);

}  // namespace repot::migrate
