// Waiting for another process's lock, and giving up in time: SQLite's busy and progress handlers.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <utility>

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
  /// Another busy timeout, as long as this lives.
  class Patience {
   public:
    Patience(LockWaiter& waiter, std::chrono::milliseconds timeout)
        : waiter_(waiter), before_(std::exchange(waiter.busyTimeout_, timeout)) {}
    ~Patience() { waiter_.busyTimeout_ = before_; }
    Patience(const Patience&) = delete;
    Patience& operator=(const Patience&) = delete;

   private:
    LockWaiter& waiter_;
    const std::chrono::milliseconds before_;
  };

  /// Inside the busy handler, since start().
  std::chrono::microseconds waited() const noexcept { return waited_; }

 private:
  static int onBusy(void* self, int calls) noexcept;
  static int onProgress(void* self) noexcept;
  bool mustStop() const noexcept;

  sqlite3* const connection_;
  std::chrono::milliseconds busyTimeout_;
  std::optional<Clock::time_point> deadline_;
  std::atomic<bool> interrupted_{false};
  Clock::time_point waitingSince_;
  std::chrono::microseconds waited_{};
};

}  // namespace repot::sqlite
