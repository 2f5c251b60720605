// Carrying out a saved plan that people may have edited: what they changed becomes options, and the
// plan is made anew with them, so that every value is proved against it.
#pragma once

#include "plan.hpp"
#include "plan_options.hpp"

#include <repot/sqlite/bulk.hpp>

namespace repot::migrate {

/// The options that `saved` was made with.
PlanOptions optionsOf(const Plan& saved);

/// The plan that `saved` asks for, by the values that `source` holds now; it may be refused. The
/// scan is done once, or twice where something was edited.
/// Errors: Error(conflict) where the source's schema has changed since; Error(usage) naming the
/// field for an edit that cannot be carried out.
Plan planAgain(sqlite::SqliteSource& source, const Plan& saved);

}  // namespace repot::migrate
