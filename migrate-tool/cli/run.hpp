// Runs an action of the engine for a command: signals, errors and reports become exit codes.
#pragma once

#include "cli/arguments.hpp"
#include "engine/run/progress.hpp"
#include "engine/run/report.hpp"

#include <functional>

namespace repot::cli {

/// Runs `action`, prints its report as `output` says, and returns the exit code. SIGINT and SIGTERM
/// stop the action at the next row; what it did is undone.
int runReported(const OutputArguments& output,
                const std::function<migrate::Report(migrate::Progress&)>& action);

/// Prints the error on stderr and returns its exit code, for failures outside of a run.
int fail(const std::exception& error);

}  // namespace repot::cli
