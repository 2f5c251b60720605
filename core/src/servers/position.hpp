// Positions in what a primary has stored, as text: what PostgreSQL calls pg_lsn, so that other
// programs can give and take them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace repot::detail {

std::string positionText(std::uint64_t position);
/// Empty is 0. Throws Error(usage).
std::uint64_t parsePosition(std::string_view text);

}  // namespace repot::detail
