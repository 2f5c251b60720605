// Errors and reports as exit codes; see run.hpp.
#include "cli/run.hpp"

#include "cli/exit_codes.hpp"
#include "cli/progress_view.hpp"
#include "cli/stop_signals.hpp"
#include "engine/run/migrate.hpp"
#include "engine/run/stages.hpp"

#include <repot/error.hpp>

#include <cstdio>

namespace repot::cli {
namespace {

void printError(const migrate::StageError& failure) {
  const Error& error = failure.error;
  std::fprintf(stderr, "repot: %s\n", error.what());
  if (!error.statement().empty()) {
    std::fprintf(stderr, "  statement: %s\n", error.statement().substr(0, 400).c_str());
  }
  if (failure.stage != migrate::Stage::run) return;
  if (!failure.staging.empty()) {
    std::fprintf(
        stderr,
        "repot: nothing was published. What was loaded is kept out of sight, in the schema "
        "%s:\nthe same command goes on from there; with --abort it removes that\n",
        failure.staging.c_str());
  } else {
    std::fputs("repot: nothing was published; the target is as it was before\n", stderr);
  }
}

/// Writes a report, or says on stderr why that cannot be done.
bool tryWrite(const std::string& path, const std::string& text) {
  try {
    writeReport(path, text);
    return true;
  } catch (const Error& error) {
    std::fprintf(stderr, "repot: %s\n", error.what());
    return false;
  }
}

/// Empty where nobody asked for it: a report of many tables is long.
std::string jsonOf(const OutputArguments& output, const migrate::Report& report) {
  return output.json || !output.reportJson.empty() ? reportToJson(report) : std::string();
}

/// False where one could not be written.
bool writeReports(const OutputArguments& output, const migrate::Report& report,
                  const std::string& json, ExitCode code) {
  const bool page =
      output.page.empty() || tryWrite(output.page, reportToHtml(report, describe(code)));
  return writeReportFile(output, json) && page;
}

ExitCode codeOf(const migrate::Report& report) {
  if (!report.verified()) return different;
  return report.hasReported() || report.lags() ? doneWithReported : success;
}

}  // namespace

bool writeReportFile(const OutputArguments& output, const std::string& json) {
  return output.reportJson.empty() || tryWrite(output.reportJson, json);
}

bool writePage(const OutputArguments& output, const std::string& page) {
  return output.page.empty() || tryWrite(output.page, page);
}

int runWatched(const OutputArguments& output,
               const std::function<int(migrate::Progress&)>& action) {
  migrate::Progress progress;
  const StopSignals signals(progress.stop);
  try {
    const ProgressView view(progress, !output.quiet && !output.noProgress && !output.json);
    return action(progress);
  } catch (const migrate::StageError& failure) {
    printError(failure);
    const ExitCode code = exitCodeOf(failure.error, failure.stage);
    if (failure.report != nullptr)
      writeReports(output, *failure.report, jsonOf(output, *failure.report), code);
    return code;
  } catch (const std::exception& error) {
    return fail(error);
  }
}

int runReported(const OutputArguments& output,
                const std::function<migrate::Report(migrate::Progress&)>& action) {
  migrate::Report report;
  const int code = runWatched(output, [&](migrate::Progress& progress) {
    report = action(progress);
    return static_cast<int>(success);
  });
  if (code != success) return code;
  const ExitCode end = codeOf(report);
  const std::string json = jsonOf(output, report);
  const bool written = writeReports(output, report, json, end);
  if (output.json) {
    std::fputs(json.c_str(), stdout);
  } else if (!output.quiet || !report.verified()) {
    std::fputs(reportToText(report).c_str(), stdout);
  }
  return written || end == different ? end : internalError;
}

int reportFailure(const OutputArguments& output, migrate::Report report,
                  const migrate::StageError& failure) {
  migrate::noteFailure(report, failure);
  const ExitCode code = exitCodeOf(failure.error, failure.stage);
  writeReports(output, report, jsonOf(output, report), code);
  return code;
}

int runStaged(const std::function<void()>& action) {
  try {
    action();
    return success;
  } catch (const migrate::StageError& failure) {
    printError(failure);
    return exitCodeOf(failure.error, failure.stage);
  }
}

int fail(const std::exception& error) {
  std::fprintf(stderr, "repot: %s\n", error.what());
  return exitCodeOf(error);
}

}  // namespace repot::cli
