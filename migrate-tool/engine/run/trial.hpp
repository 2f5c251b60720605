// PostgreSQL computes generated columns itself. Whether it comes to SQLite's values in every row is
// tried before anything is moved; where it does not, the column becomes an ordinary one.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/control.hpp"
#include "engine/run/load.hpp"
#include "engine/run/progress.hpp"

#include <repot/sqlite/bulk.hpp>
#include <repot/url.hpp>

namespace repot::migrate {

/// Loads the tables that have generated columns into a staging schema of its own, with SQLite's
/// values in them, and lets the server compute each expression over the rows. A column whose
/// values differ anywhere, or whose expression fails (an overflow), is planned as an ordinary
/// column with copied values from then on, and reported. Nothing stays in the target.
/// Costs a second load of such tables, and nothing where there is none.
void settleGenerated(sqlite::SqliteSource& source, Control& control, const DatabaseUrl& target,
                     Plan& plan, const LoadOptions& options, Progress& progress);

}  // namespace repot::migrate
