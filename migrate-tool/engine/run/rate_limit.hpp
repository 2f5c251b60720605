// A bound on the bytes that all streams of a load send together, to leave others their share of a
// network or a disk.
#pragma once

#include "engine/run/progress.hpp"

#include <chrono>
#include <cstdint>
#include <mutex>

namespace repot::migrate {

/// Thread-safe.
class RateLimit {
 public:
  explicit RateLimit(std::int64_t bytesPerSecond) : bytesPerSecond_(bytesPerSecond) {}

  /// Waits until as many more bytes are within the limit. Throws where the run is stopped.
  void spend(std::int64_t bytes, const Progress& progress);

 private:
  using Clock = std::chrono::steady_clock;
  const std::int64_t bytesPerSecond_;
  std::mutex mutex_;
  Clock::time_point free_ = Clock::now();  ///< When all that was spent so far is paid for.
};

}  // namespace repot::migrate
