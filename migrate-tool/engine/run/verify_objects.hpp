// Which comparison of objects a target gets, and what it found, for the report of a verification.
#pragma once

#include "engine/run/verify_context.hpp"

#include <optional>

namespace repot::migrate {

/// Appends to the report's faults and findings. `planned` is the plan that Repot makes or made of
/// the source; absent only with PairOptions::dataOnly. Writes nothing that lasts.
void verifyObjects(VerifyContext& context, const std::optional<Plan>& planned);

}  // namespace repot::migrate
