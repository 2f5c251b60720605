// Exit codes of the repot command; docs/exit-codes.md explains each to operators.
#pragma once

namespace repot::cli {

enum ExitCode : int {
  success = 0,           ///< Done, and verified.
  internalError = 1,     ///< A defect of Repot, or an error of no other kind.
  usageError = 2,        ///< Wrong arguments, an unreadable URL, an unknown scheme.
  sourceUnusable = 3,    ///< Missing, not a database, encrypted, damaged, locked.
  targetUnusable = 4,    ///< Unreachable, wrong password, no right, too old.
  refused = 5,           ///< Before anything was written: target not empty, values do not fit, ….
  failed = 6,            ///< Failed while running; undone.
  doneWithReported = 7,  ///< Done and verified, but some objects were not carried over.
  different = 8,         ///< Verification found differences.
  unsafe = 9,            ///< `schema lint`: findings at or above --fail-on.
  interrupted = 130,     ///< By SIGINT; undone.
  terminated = 143,      ///< By SIGTERM; undone.
};

}  // namespace repot::cli
