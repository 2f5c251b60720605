// What only the server can tell – whether it computes the values of a generated column as SQLite
// does, whether values fit a B-tree once it has compressed them – is tried before anything is
// moved.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/control.hpp"
#include "engine/run/load.hpp"
#include "engine/run/progress.hpp"

#include <repot/sqlite/bulk.hpp>
#include <repot/url.hpp>

namespace repot::migrate {

/// Loads the tables that have generated columns or doubtful keys and indexes into `schema`, which
/// is made for it, with SQLite's values in all columns, and lets the server compute each expression
/// over the rows and make each such object.
/// - A generated column whose values differ anywhere, or whose expression fails (an overflow), is
///   planned as an ordinary column with copied values from then on, and reported.
/// - An index that cannot be made, or over an expression that cannot be computed, is no longer
///   planned, and reported.
/// - For a unique key of values that are too long, or become equal, the plan is refused.
/// Nothing stays in the target. Costs a second load of such tables, and nothing where there is
/// none.
void tryOnTarget(sqlite::SqliteSource& source, Control& control, const DatabaseUrl& target,
                 const std::string& schema, Plan& plan, const LoadOptions& options,
                 Progress& progress);

}  // namespace repot::migrate
