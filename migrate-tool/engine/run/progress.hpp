// What a running migration tells while it works, and the wish to stop it.
#pragma once

#include <repot/error.hpp>

#include <atomic>
#include <cstdint>
#include <string_view>

namespace repot::migrate {

/// Shared by all threads of a run; the command line reads it to draw its progress.
struct Progress {
  enum class Phase { scan, create, load, objects, verify, publish, reconnect, done };
  std::atomic<Phase> phase{Phase::scan};
  std::atomic<std::int64_t> rows{0};       ///< Done in this phase.
  std::atomic<std::int64_t> rowsTotal{0};  ///< To be done in this phase; 0: unknown.
  std::atomic<std::int64_t> bytes{0};
  std::atomic<bool> stop{false};    ///< Set by a signal: the work ends where it can go on later.
  std::atomic<bool> failed{false};  ///< Set by a thread that failed: the others end at once.

  void begin(Phase next, std::int64_t total) {
    rows = 0;
    bytes = 0;
    rowsTotal = total;
    phase = next;
  }
  void throwIfFailed() const {
    if (failed.load(std::memory_order_relaxed))
      throw Error(ErrorKind::timeout, "the run was interrupted");
  }
  void throwIfStopped() const {
    throwIfFailed();
    if (stop.load(std::memory_order_relaxed))
      throw Error(ErrorKind::timeout, "the run was interrupted");
  }
};

std::string_view toString(Progress::Phase phase) noexcept;

}  // namespace repot::migrate
