// The digests of a source's tables, part by part, as it is now: the one full pass of a sync.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/parts.hpp"
#include "engine/run/progress.hpp"
#include "engine/sync/row_memory.hpp"

#include <repot/sqlite/bulk.hpp>

#include <vector>

namespace repot::migrate {

/// Sets the plan's smallest and largest rowids to what the source has now.
void refreshBounds(sqlite::SqliteReader& reader, Plan& plan);

/// By the plan's tables, read by as many streams as the source has readers. `shifts`: of the parts
/// of each table. `memory`: by table, gets the rows of those that are `known`. Throws Error(data)
/// that names the value where one does not fit the plan. `only`: by table, whether it is read.
std::vector<PartDigests> digestSourceParts(sqlite::SqliteSource& source, const Plan& plan,
                                           const std::vector<int>& shifts, Progress& progress,
                                           std::vector<RowMemory>* memory = nullptr,
                                           const std::vector<bool>& only = {});

}  // namespace repot::migrate
