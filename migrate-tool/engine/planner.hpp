// From an open source to a plan: the one entry to planning.
#pragma once

#include "plan.hpp"
#include "plan_options.hpp"

#include <repot/sqlite/bulk.hpp>

namespace repot::migrate {

/// Reads the schema and every value of `source`, and decides what becomes of each object.
///
/// The same file and options give the same plan, byte for byte. A plan may be refused
/// (`Plan::refused()`); its findings then say which values do not fit, where, and what to do.
/// Errors: Error(usage) for options that name nothing in the source; errors of reading.
/// Cost: one pass over every table, and one query per foreign key and per converted unique key.
Plan makePlan(sqlite::SqliteSource& source, const PlanOptions& options);

}  // namespace repot::migrate
