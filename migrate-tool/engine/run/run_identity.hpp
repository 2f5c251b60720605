// What makes two runs the same: the source, the plan, the options; as the ledger keeps them.
#pragma once

#include "engine/plan.hpp"

#include <repot/sqlite/bulk.hpp>

#include <string>
#include <vector>

namespace repot::migrate {

/// The path without symbolic links; as it is given where there is nothing (any more).
std::string absolutePath(const std::string& path);

/// JSON: size, time of the last change, change counter and the versions in the file's header.
std::string sourceIdentity(sqlite::SqliteSource& source);

/// 32 hex digits of all that the plan decides: not of counts, bounds and findings, which change
/// with the rows.
std::string planDigest(const Plan& plan);

/// JSON: [["name", "object", "value"], …].
std::string optionsJson(const std::vector<GivenSetting>& options);

}  // namespace repot::migrate
