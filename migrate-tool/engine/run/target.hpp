// The target before a migration: what has to be true before anything is written.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/control.hpp"

#include <repot/error.hpp>

#include <string>
#include <vector>

namespace repot::migrate {

/// Throws Error(conflict) for the schema of the ledger.
void checkSchemaName(const std::string& schema);

/// Throws Error where the server is too old, its encoding not UTF8, or it is a read-only standby.
void checkServer(Control& control);

/// Throws Error: permission, notFound (schema), conflict (target not empty, naming what is in the
/// way), schema (server too old, encoding not UTF8). Writes nothing.
/// All that stands in the way: permission, notFound (schema), conflict (names that are taken),
/// schema (server too old, encoding not UTF8), the gravest first. Read-only.
std::vector<Error> targetProblems(Control& control, const Plan& plan);

/// Throws the first of them.
void checkTarget(Control& control, const Plan& plan);

}  // namespace repot::migrate
