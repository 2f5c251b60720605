// What a running migration tells while it works, and the wish to stop it.
#pragma once

#include <repot/error.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

namespace repot::migrate {

/// Shared by all threads of a run; the command line reads it to draw its progress.
struct Progress {
  enum class Phase {
    scan,
    create,
    load,
    objects,
    verify,
    publish,
    reconnect,
    acknowledge,
    replay,
    done
  };
  struct Step {
    Phase phase = Phase::scan;
    std::chrono::steady_clock::time_point begun;
    std::int64_t rows = 0;  ///< That were done in it; of the last one, see the count itself.
  };
  /// Phases that are remembered: a server that comes and goes makes many.
  static constexpr std::size_t mostSteps = 200;

  std::atomic<Phase> phase{Phase::scan};
  std::atomic<std::int64_t> rows{0};       ///< Done in this phase.
  std::atomic<std::int64_t> rowsTotal{0};  ///< To be done in this phase; 0: unknown.
  std::atomic<std::int64_t> bytes{0};
  std::atomic<bool> stop{false};    ///< Set by a signal: the work ends where it can go on later.
  std::atomic<bool> failed{false};  ///< Set by a thread that failed: the others end at once.

  void begin(Phase next, std::int64_t total) {
    const std::lock_guard lock(stepsMutex_);
    const std::int64_t done = rows.exchange(0);
    if (!steps_.empty()) steps_.back().rows += done;
    bytes = 0;
    rowsTotal = total;
    phase = next;
    if (!steps_.empty() && steps_.back().phase == next) return;
    if (steps_.size() >= mostSteps && next != Phase::done) return;
    steps_.push_back({next, std::chrono::steady_clock::now(), 0});
  }
  void finish() { begin(Phase::done, 0); }
  /// The phases so far, in their order.
  std::vector<Step> steps() const {
    const std::lock_guard lock(stepsMutex_);
    return steps_;
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

 private:
  mutable std::mutex stepsMutex_;
  std::vector<Step> steps_;
};

std::string_view toString(Progress::Phase phase) noexcept;

}  // namespace repot::migrate
