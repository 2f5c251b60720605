// Keeps the history of an application's growth signals, and tells the application when one is
// reached.
#pragma once

#include <repot/database.hpp>
#include <repot/growth.hpp>
#include <repot/metrics.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace repot {

/// How a GrowthMonitor judges, and whom it tells.
struct GrowthOptions {
  GrowthSettings settings = {};
  /// Between two updates of the history. Zero: no thread; the application calls update().
  std::chrono::milliseconds interval{60'000};
  /// Told once per process for each level that a signal rises to, by the monitor's thread; what it
  /// throws is dropped.
  std::function<void(const GrowthSignal&)> onReached = {};
  /// What time it is; for tests.
  std::function<std::chrono::system_clock::time_point()> now = std::chrono::system_clock::now;
};

/// Writes the history beside an SQLite file (growth_history.hpp) from a thread of its own, over a
/// connection of its own. Nothing that fails here reaches the application's work; lastError() tells
/// it. Of PostgreSQL there is no history; it only asks for the plans of slow statements (Metrics).
/// For databases in memory it does nothing, so that an application need not care. Thread-safe. It
/// stays with the process that made it: in a child of fork() update() is false, lastError() says
/// so, and the destructor does nothing.
class GrowthMonitor {
 public:
  /// `metrics` is the observer of `database`.
  GrowthMonitor(const Database& database, std::shared_ptr<Metrics> metrics,
                GrowthOptions options = {});
  /// Writes what is not written yet.
  ~GrowthMonitor();
  GrowthMonitor(const GrowthMonitor&) = delete;
  GrowthMonitor& operator=(const GrowthMonitor&) = delete;

  /// Writes now, and judges. False where that failed; what was counted is kept for the next time.
  bool update() noexcept;
  /// As of the last update.
  std::vector<GrowthSignal> signals() const;
  /// Why the last update failed; empty where it did not.
  std::string lastError() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace repot
