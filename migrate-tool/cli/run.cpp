// Signals, errors and reports as exit codes; see run.hpp.
#include "cli/run.hpp"

#include "cli/exit_codes.hpp"
#include "cli/progress_view.hpp"
#include "engine/run/migrate.hpp"

#include <repot/error.hpp>

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <string_view>

namespace repot::cli {
namespace {

// A signal handler may touch nothing but lock-free atomics.
std::atomic<migrate::Progress*> running = nullptr;
std::atomic<int> caught = 0;
static_assert(std::atomic<migrate::Progress*>::is_always_lock_free);

/// The first signal lets the run come to a point from which it can go on; the second ends it as it
/// is, which is no more than what a run survives at any time.
extern "C" void stopRunning(int signal) {
  constexpr std::string_view atOnce = "\nrepot: stopped at once\n";
  if (caught.exchange(signal) != 0) {
    static_cast<void>(!::write(STDERR_FILENO, atOnce.data(), atOnce.size()));
    ::_exit(128 + signal);
  }
  if (migrate::Progress* progress = running) progress->stop = true;
}

/// Stops the run on SIGINT and SIGTERM for as long as it lives.
class SignalScope {
 public:
  explicit SignalScope(migrate::Progress& progress) {
    running = &progress;
    std::signal(SIGINT, stopRunning);
    std::signal(SIGTERM, stopRunning);
  }
  ~SignalScope() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    running = nullptr;
  }
  SignalScope(const SignalScope&) = delete;
  SignalScope& operator=(const SignalScope&) = delete;
};

int exitCodeOf(const Error& error, migrate::Stage stage) {
  if (caught == SIGINT) return interrupted;
  if (caught == SIGTERM) return terminated;
  if (error.kind() == ErrorKind::usage || error.kind() == ErrorKind::invalidUrl) return usageError;
  switch (stage) {
    case migrate::Stage::source:
      return sourceUnusable;
    case migrate::Stage::target:
      return targetUnusable;
    case migrate::Stage::refused:
      return refused;
    case migrate::Stage::run:
      return failed;
  }
  return internalError;
}

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

/// False where the file could not be written; the reason is then on stderr.
bool writeReport(const std::string& path, const std::string& json) {
  std::ofstream file(path, std::ios::binary);
  file << json;
  file.close();
  if (file) return true;
  std::fprintf(stderr, "repot: cannot write the report %s\n", path.c_str());
  return false;
}

}  // namespace

bool writeReportFile(const OutputArguments& output, const std::string& json) {
  return output.reportJson.empty() || writeReport(output.reportJson, json);
}

int runWatched(const OutputArguments& output,
               const std::function<int(migrate::Progress&)>& action) {
  migrate::Progress progress;
  const SignalScope signals(progress);
  try {
    const ProgressView view(progress, !output.quiet && !output.noProgress && !output.json);
    return action(progress);
  } catch (const migrate::StageError& failure) {
    printError(failure);
    return exitCodeOf(failure.error, failure.stage);
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
  const std::string json = reportToJson(report);
  const bool written = writeReportFile(output, json);
  if (output.json) {
    std::fputs(json.c_str(), stdout);
  } else if (!output.quiet || !report.verified()) {
    std::fputs(reportToText(report).c_str(), stdout);
  }
  if (!report.verified()) return different;
  if (!written) return internalError;
  return report.hasReported() ? doneWithReported : success;
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
  const auto* known = dynamic_cast<const Error*>(&error);
  const bool usage = known != nullptr &&
                     (known->kind() == ErrorKind::usage || known->kind() == ErrorKind::invalidUrl);
  return usage ? usageError : internalError;
}

}  // namespace repot::cli
