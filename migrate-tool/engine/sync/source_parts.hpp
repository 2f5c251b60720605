// The digests of a source's tables, part by part, as it is now: the one full pass of a sync.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/parts.hpp"
#include "engine/run/progress.hpp"
#include "engine/sync/part_rows.hpp"
#include "engine/sync/row_memory.hpp"

#include <repot/sqlite/bulk.hpp>

#include <vector>

namespace repot::migrate {

/// Sets the plan's smallest and largest rowids to what the source has now.
void refreshBounds(sqlite::SqliteReader& reader, Plan& plan);

/// What a sync knows and keeps of each of the plan's tables. Thread-safety: none.
struct SourceTables {
  std::vector<PartDigests> digests;
  /// Rows of parts that are not what the ledger says; not known of those without ranges, and where
  /// they are too many.
  std::vector<PartRows> changed;
  /// Gets the rows of those that are `known`; empty: of none.
  std::vector<RowMemory> memory;
};

/// Reads the tables that are `wanted` by as many streams as the source has readers, into `tables`.
/// `ledger`: the digests as of the last round. Throws Error(data) that names the value where one
/// does not fit the plan.
void readSourceTables(sqlite::SqliteSource& source, const Plan& plan,
                      const std::vector<PartDigests>& ledger, const std::vector<bool>& wanted,
                      Progress& progress, SourceTables& tables);

}  // namespace repot::migrate
