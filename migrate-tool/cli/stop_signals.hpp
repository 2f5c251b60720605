// SIGINT and SIGTERM as a wish to stop, for commands that end where nothing is left half done.
#pragma once

#include <atomic>

namespace repot::cli {

/// Sets `stop` at the first of these signals for as long as it lives; a second one ends the process
/// at once. One at a time in the process. `stop` must outlive it.
class StopSignals {
 public:
  explicit StopSignals(std::atomic<bool>& stop);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// The signal that was caught, by any of them, or 0.
  static int caught() noexcept;
};

}  // namespace repot::cli
