// Which error ends a command with which code: decided here for all commands.
#include "cli/exit_codes.hpp"

#include "cli/stop_signals.hpp"

#include <csignal>
#include <optional>
#include <string>

namespace repot::cli {
namespace {

/// What comes before every kind of error: the operator's wish, and wrong arguments.
std::optional<ExitCode> anywhere(const Error& error) {
  if (StopSignals::caught() == SIGINT) return interrupted;
  if (StopSignals::caught() == SIGTERM) return terminated;
  if (error.kind() == ErrorKind::usage || error.kind() == ErrorKind::invalidUrl) return usageError;
  return std::nullopt;
}

}  // namespace

ExitCode exitCodeOf(const Error& error, migrate::Stage stage) {
  if (const auto code = anywhere(error)) return *code;
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

ExitCode exitCodeOf(const Error& error) {
  if (const auto code = anywhere(error)) return *code;
  switch (error.kind()) {
    case ErrorKind::notFound:
    case ErrorKind::notADatabase:
    case ErrorKind::connection:
    case ErrorKind::authentication:
    case ErrorKind::permission:
      return sourceUnusable;
    case ErrorKind::conflict:
    case ErrorKind::busy:
      return refused;
    case ErrorKind::data:
      return different;
    default:
      return failed;
  }
}

ExitCode exitCodeOfReading(const Error& error) {
  return anywhere(error).value_or(sourceUnusable);
}

ExitCode exitCodeOf(GrowthSignal::Level verdict) {
  switch (verdict) {
    case GrowthSignal::Level::none:
      return success;
    case GrowthSignal::Level::prepare:
      return prepareToMove;
    case GrowthSignal::Level::act:
      return moveNow;
  }
  return internalError;
}

ExitCode exitCodeOf(const std::exception& error) {
  const auto* const known = dynamic_cast<const Error*>(&error);
  return known == nullptr ? internalError : anywhere(*known).value_or(internalError);
}

std::string describe(ExitCode code) {
  for (const ExitCodeMeaning& one : exitCodes) {
    if (one.code == code) return std::to_string(code) + ": " + one.meaning;
  }
  return std::to_string(code);
}

}  // namespace repot::cli
