// Waiting for another process's lock, and giving up in time: SQLite's busy and progress handlers.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>

struct sqlite3;

namespace repot::sqlite {

/// Of one connection; interrupt() may come from any thread.
class LockWaiter {
 public:
  using Clock = std::chrono::steady_clock;

  LockWaiter(sqlite3* connection, std::chrono::milliseconds busyTimeout);
  LockWaiter(const LockWaiter&) = delete;
  LockWaiter& operator=(const LockWaiter&) = delete;

  /// For what runs from now on; forgets an earlier interrupt() and what was waited.
  void start(std::optional<Clock::time_point> deadline);
  void interrupt() noexcept;
  /// Inside the busy handler, since start().
  std::chrono::microseconds waited() const noexcept { return waited_; }

 private:
  static int onBusy(void* self, int calls) noexcept;
  static int onProgress(void* self) noexcept;
  bool mustStop() const noexcept;

  sqlite3* const connection_;
  const std::chrono::milliseconds busyTimeout_;
  std::optional<Clock::time_point> deadline_;
  std::atomic<bool> interrupted_{false};
  Clock::time_point waitingSince_;
  std::chrono::microseconds waited_{};
};

}  // namespace repot::sqlite
