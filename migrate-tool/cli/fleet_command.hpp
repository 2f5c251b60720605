// The command repot fleet.
#pragma once

#include "cli/commands.hpp"

namespace repot::cli {

void addFleet(CLI::App& app, Action& chosen);

}  // namespace repot::cli
