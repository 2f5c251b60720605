// WorkCounts as the history's file holds them.
#pragma once

#include "repot/work_counts.hpp"

#include <string>
#include <string_view>

namespace repot::detail {

std::string workToJson(const WorkCounts& work);
/// Throws Error(data).
WorkCounts workFromJson(std::string_view json);

}  // namespace repot::detail
