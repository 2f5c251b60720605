// Makes text that PostgreSQL does not store storable, as the plan says. What is lost by it was
// asked for and is counted.
#pragma once

#include "plan.hpp"

#include <string>
#include <string_view>

namespace repot::migrate {

/// `text` itself where it has nothing to repair (then `buffer` is untouched), else its repaired
/// form in `buffer`. What the plan has no repair for stays as it is.
std::string_view repairText(const ColumnPlan& column, std::string_view text, std::string& buffer);

}  // namespace repot::migrate
