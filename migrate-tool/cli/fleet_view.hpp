// Progress of a fleet on stderr: a bar with the time left on a terminal, elsewhere a line for each
// tenth of the tenants.
#pragma once

#include "engine/fleet/fleet.hpp"

#include <thread>

namespace repot::cli {

class FleetView {
 public:
  /// `enabled` false: shows nothing. `progress` must outlive the view.
  FleetView(const migrate::FleetProgress& progress, bool enabled);
  /// Stops, and clears the bar's line.
  ~FleetView();
  FleetView(const FleetView&) = delete;
  FleetView& operator=(const FleetView&) = delete;

 private:
  std::jthread thread_;
};

}  // namespace repot::cli
