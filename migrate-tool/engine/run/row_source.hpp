// Rows in canonical form from either side, for digests and for the search for differences.
#pragma once

#include "engine/plan.hpp"

#include <repot/postgresql/bulk.hpp>
#include <repot/sqlite/bulk.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace repot::migrate {

using RowVisitor = std::function<void(std::string_view canonical)>;

/// Every row of the source's table that the plan does not set aside. Throws Error(data) where a
/// value is none of the planned type and the plan has no policy for it.
void visitSourceRows(sqlite::SqliteReader& reader, const TablePlan& table, const RowVisitor& visit);
/// Every row of the target's table.
void visitTargetRows(postgresql::BulkConnection& connection, const std::string& schema,
                     const TablePlan& table, const RowVisitor& visit);

}  // namespace repot::migrate
