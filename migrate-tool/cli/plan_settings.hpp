// What shapes a plan, as options of a command that names its databases in its own way.
#pragma once

#include "cli/arguments.hpp"

namespace repot::cli {

/// Adds an option for each setting of a plan, and --options; `arguments` must outlive the command.
void addPlanSettings(CLI::App& command, PlanArguments& arguments);

}  // namespace repot::cli
