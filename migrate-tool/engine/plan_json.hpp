// The plan as a file: versioned JSON, the same bytes for the same plan.
#pragma once

#include "plan.hpp"

#include <string>
#include <string_view>

namespace repot::migrate {

/// Indented JSON with every field, in a fixed order.
std::string planToJson(const Plan& plan);

/// Reads what planToJson wrote. Errors: Error(data) that names the field
/// ("tables[3].columns[0].type: unknown value \"txt\"") for malformed JSON, another version, and
/// missing, unknown or ill-typed fields.
Plan planFromJson(std::string_view json);

}  // namespace repot::migrate
