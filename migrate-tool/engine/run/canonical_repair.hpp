// Text as the plan repairs it, for the verifier; it shares nothing with the encoder.
#pragma once

#include "engine/plan.hpp"

#include <string>
#include <string_view>

namespace repot::migrate::canonical {

/// The text that the target must hold. Throws Error(data) for one that is too long to be repaired.
std::string repairedText(const ColumnPlan& column, std::string_view text);

}  // namespace repot::migrate::canonical
