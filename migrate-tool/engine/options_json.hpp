// Settings of a plan as a small JSON file that people write; docs/formats/options.md.
#pragma once

#include "plan_options.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace repot::migrate {

/// Sets all that `json` says, comments allowed. Errors: Error(usage) that names the key at fault.
void readOptions(std::string_view json, PlanOptions& options);

/// The same settings as a file that readOptions() takes, on one line.
std::string optionsToJson(const std::vector<GivenSetting>& given);

}  // namespace repot::migrate
