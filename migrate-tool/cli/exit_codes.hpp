// Exit codes of the repot command; docs/exit-codes.md explains each to operators.
#pragma once

#include "engine/run/migrate.hpp"

#include <repot/error.hpp>
#include <repot/growth.hpp>

#include <exception>
#include <string>

namespace repot::cli {

enum ExitCode : int {
  success = 0,
  internalError = 1,
  usageError = 2,
  sourceUnusable = 3,
  targetUnusable = 4,
  refused = 5,
  failed = 6,
  doneWithReported = 7,
  different = 8,
  unsafe = 9,
  prepareToMove = 10,
  moveNow = 11,
  interrupted = 130,
  terminated = 143,
};

struct ExitCodeMeaning {
  ExitCode code;
  const char* meaning;
};

inline constexpr ExitCodeMeaning exitCodes[] = {
    {success, "Done, and verified."},
    {internalError, "A defect of Repot, or an error of no other kind."},
    {usageError, "Wrong arguments, an unreadable URL, an unknown scheme."},
    {sourceUnusable, "The source is missing, no database, encrypted, damaged or locked."},
    {targetUnusable, "The target is unreachable, refuses the password or a right, or is too old."},
    {refused, "Refused before anything was written: target not empty, values do not fit."},
    {failed, "Failed while running; nothing was published, the same command goes on."},
    {doneWithReported,
     "Done and verified, but some objects were not carried over, or a standby lags behind."},
    {different, "Verification found differences."},
    {unsafe, "schema lint, doctor or config check: something was found."},
    {prepareToMove, "assess: a growth signal says to prepare the move."},
    {moveNow, "assess: a growth signal says that SQLite is outgrown."},
    {interrupted, "Ended by SIGINT; nothing was published, the same command goes on."},
    {terminated, "Ended by SIGTERM; nothing was published, the same command goes on."},
};

/// Of a run of the engine that failed at `stage`.
ExitCode exitCodeOf(const Error& error, migrate::Stage stage);
/// Of a command that works on one database and may change it.
ExitCode exitCodeOf(const Error& error);
/// Of a command that only looks at one: whatever goes wrong, it could not be looked at.
ExitCode exitCodeOfReading(const Error& error);
/// Of an assessment that came to its end.
ExitCode exitCodeOf(GrowthSignal::Level verdict);
/// Of what no command expected.
ExitCode exitCodeOf(const std::exception& error);
/// "0: Done, and verified."
std::string describe(ExitCode code);

}  // namespace repot::cli
