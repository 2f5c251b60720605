// Settings of a plan as a small JSON file that people write; docs/formats/options.md.
#pragma once

#include "plan_options.hpp"

#include <string_view>

namespace repot::migrate {

/// Sets all that `json` says, comments allowed. Errors: Error(usage) that names the key at fault.
void readOptions(std::string_view json, PlanOptions& options);

}  // namespace repot::migrate
