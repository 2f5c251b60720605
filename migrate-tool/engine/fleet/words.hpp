// What the text and the page of a fleet's report say alike.
#pragma once

#include "engine/fleet/fleet.hpp"

#include <array>
#include <string>
#include <string_view>

namespace repot::migrate {

/// As reports list them: what is done, and then the gravest first.
inline constexpr std::array statesInOrder = {
    TenantState::moved,     TenantState::verified, TenantState::standing, TenantState::incomplete,
    TenantState::different, TenantState::failed,   TenantState::target,   TenantState::source,
    TenantState::refused,   TenantState::stopped,  TenantState::waiting};

bool isPlan(const FleetReport& report);
/// "moved, every row equal"
std::string_view stateWords(TenantState state, bool plan);
/// One sentence that says whether all is well, and what to do else.
std::string verdictSentence(const FleetReport& report);

}  // namespace repot::migrate
