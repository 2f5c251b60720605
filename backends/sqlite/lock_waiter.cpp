// See lock_waiter.hpp.
#include "sqlite/lock_waiter.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <random>
#include <thread>

namespace repot::sqlite {
namespace {

using std::chrono::microseconds;

/// SQLite's own handler sleeps up to 100 ms, in which a process that asks more often takes the lock
/// again and again. Short pauses of random length give everybody the same chance; a writer's unit
/// of work takes well under a millisecond, so waking up often is what costs least.
microseconds pauseOf(int calls) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const int most = std::min(200 << std::min(calls, 5), 5000);
  return microseconds(std::uniform_int_distribution<int>(100, most)(random));
}

/// Virtual machine steps between two looks at the clock: some tens of microseconds.
constexpr int stepsPerCheck = 2000;

}  // namespace

LockWaiter::LockWaiter(sqlite3* connection, std::chrono::milliseconds busyTimeout)
    : connection_(connection), busyTimeout_(busyTimeout) {
  sqlite3_busy_handler(connection_, &LockWaiter::onBusy, this);
}

void LockWaiter::start(std::optional<Clock::time_point> deadline) {
  const bool watched = deadline_.has_value();
  deadline_ = deadline;
  interrupted_ = false;
  waited_ = {};
  if (deadline_.has_value() != watched) {
    sqlite3_progress_handler(connection_, deadline_ ? stepsPerCheck : 0, &LockWaiter::onProgress,
                             this);
  }
}

void LockWaiter::interrupt() noexcept {
  interrupted_ = true;
  sqlite3_interrupt(connection_);
}

bool LockWaiter::mustStop() const noexcept {
  return interrupted_ || (deadline_ && Clock::now() >= *deadline_);
}

int LockWaiter::onBusy(void* self, int calls) noexcept {
  auto& waiter = *static_cast<LockWaiter*>(self);
  const auto now = Clock::now();
  if (calls == 0) waiter.waitingSince_ = now;
  if (waiter.mustStop() || now - waiter.waitingSince_ >= waiter.busyTimeout_) return 0;
  std::this_thread::sleep_for(pauseOf(calls));
  waiter.waited_ += std::chrono::duration_cast<microseconds>(Clock::now() - now);
  return 1;
}

int LockWaiter::onProgress(void* self) noexcept {
  return static_cast<LockWaiter*>(self)->mustStop() ? 1 : 0;
}

}  // namespace repot::sqlite
