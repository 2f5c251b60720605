// Runs an action of the engine for a command: signals, errors and reports become exit codes.
#pragma once

#include "cli/arguments.hpp"
#include "engine/run/migrate.hpp"
#include "engine/run/progress.hpp"
#include "engine/run/report.hpp"

#include <functional>

namespace repot::cli {

/// Runs `action`, prints its report as `output` says, and returns the exit code. SIGINT and SIGTERM
/// stop the action where it can go on later or is undone; a second one ends the process.
int runReported(const OutputArguments& output,
                const std::function<migrate::Report(migrate::Progress&)>& action);

/// Runs `action` with a view of its progress, and returns its exit code, or that of what it throws.
/// Signals as in runReported().
int runWatched(const OutputArguments& output, const std::function<int(migrate::Progress&)>& action);

/// Writes `json` to the file that --report-json names, if it does. False where that fails; the
/// reason is then on stderr.
bool writeReportFile(const OutputArguments& output, const std::string& json);

/// Writes `page` to the file that --report names, in the same way.
bool writePage(const OutputArguments& output, const std::string& page);

/// Writes the reports of a run that was not even begun, and returns the exit code.
int reportFailure(const OutputArguments& output, migrate::Report report,
                  const migrate::StageError& failure);

/// Runs `action`, which prints for itself and throws StageError, and returns the exit code.
int runStaged(const std::function<void()>& action);

/// Prints the error on stderr and returns its exit code, for failures outside of a run.
int fail(const std::exception& error);

}  // namespace repot::cli
