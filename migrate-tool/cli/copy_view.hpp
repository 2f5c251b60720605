// Progress of a backup on stderr, and its end on SIGINT and SIGTERM.
#pragma once

#include <repot/copier.hpp>

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
  /// The signal that was caught, or 0.
  static int caught() noexcept;

 private:
  void show(const CopyProgress& progress);

  bool enabled_;
  bool terminal_;
  std::string stage_;
  std::chrono::steady_clock::time_point shown_;
};

}  // namespace repot::cli
