// Shows a run's progress on stderr: a bar with the time left on a terminal, a plain line per phase
// elsewhere.
#pragma once

#include "engine/run/progress.hpp"

#include <thread>

namespace repot::cli {

class ProgressView {
 public:
  /// `enabled` false: shows nothing. `progress` must outlive the view.
  ProgressView(const migrate::Progress& progress, bool enabled);
  /// Stops, and clears the bar's line.
  ~ProgressView();
  ProgressView(const ProgressView&) = delete;
  ProgressView& operator=(const ProgressView&) = delete;

 private:
  const migrate::Progress& progress_;
  std::jthread thread_;
};

}  // namespace repot::cli
