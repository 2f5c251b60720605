// Progress of a backup on stderr, and its end on SIGINT and SIGTERM.
#pragma once

#include "cli/stop_signals.hpp"

#include <repot/copier.hpp>

#include <atomic>
#include <chrono>
#include <string>

namespace repot::cli {

/// One at a time in the process; while it lives, signals stop what asks observer().
class CopyView {
 public:
  /// `enabled` false: shows nothing.
  explicit CopyView(bool enabled);
  ~CopyView();
  CopyView(const CopyView&) = delete;
  CopyView& operator=(const CopyView&) = delete;

  /// Must not outlive the view.
  CopyObserver observer();

 private:
  void show(const CopyProgress& progress);

  std::atomic<bool> stop_{false};
  StopSignals signals_{stop_};
  bool enabled_;
  bool terminal_;
  std::string stage_;
  std::chrono::steady_clock::time_point shown_;
};

}  // namespace repot::cli
