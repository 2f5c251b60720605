// Views in the target, and the proof that they have the rows that they have in the source.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/progress.hpp"

#include <repot/postgresql/bulk.hpp>
#include <repot/sqlite/bulk.hpp>
#include <repot/url.hpp>

#include <string>
#include <vector>

namespace repot::migrate {

/// Makes each view of the plan in `schema`, reads it on both sides and compares the rows. A view
/// that PostgreSQL does not take, or that has other rows, is dropped again, taken out of the plan
/// and reported; it never fails the run. Views of more than `viewRowsCompared` rows, and those that
/// take longer than half a minute, are kept without a comparison, which is told.
std::vector<Finding> makeViews(sqlite::SqliteSource& source, const DatabaseUrl& target,
                               const std::string& schema, Plan& plan, Progress& progress);

constexpr std::size_t viewRowsCompared = 100'000;

struct ViewOutcome {
  std::string difference;   ///< Empty: none was found.
  std::string notCompared;  ///< Why; empty: all rows were.
};
/// Reads a view on both sides, within the limits above. Leaves a statement_timeout behind. Throws
/// Error where a side cannot read it.
ViewOutcome compareViewRows(sqlite::SqliteReader& reader, postgresql::BulkConnection& connection,
                            const std::string& schema, const ViewPlan& view, Progress& progress);
Finding viewNotCompared(const ViewPlan& view, const std::string& why);
Finding viewNotCarriedOver(const ViewPlan& view, const std::string& failure);

}  // namespace repot::migrate
