// Which comparison of objects a target gets, and what it found, for the report of a verification.
#pragma once

#include "engine/run/migrate.hpp"
#include "engine/run/pairing.hpp"
#include "engine/run/report.hpp"

#include <optional>

namespace repot::migrate {

/// Appends to the report's faults and findings. `planned` is the plan that Repot makes or made of
/// the source; absent only with PairOptions::dataOnly. Writes nothing that lasts.
void verifyObjects(Report& report, const Pairing& pairing, sqlite::SqliteReader& reader,
                   Control& control, const DatabaseUrl& target, const MigrateOptions& options,
                   const std::optional<Plan>& planned);

}  // namespace repot::migrate
