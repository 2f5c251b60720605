// Time that nobody used is not saved up; see rate_limit.hpp.
#include "engine/run/rate_limit.hpp"

#include <algorithm>
#include <thread>

namespace repot::migrate {

void RateLimit::spend(std::int64_t bytes, const Progress& progress) {
  constexpr std::chrono::milliseconds look{100};  // At the wish to stop.
  const std::chrono::duration<double> price(static_cast<double>(bytes) /
                                            static_cast<double>(bytesPerSecond_));
  Clock::time_point until;
  {
    const std::lock_guard lock(mutex_);
    free_ = std::max(free_, Clock::now()) + std::chrono::duration_cast<Clock::duration>(price);
    until = free_;
  }
  for (auto now = Clock::now(); now < until; now = Clock::now()) {
    progress.throwIfFailed();
    // What is begun comes to its end soon.
    if (progress.stop) return;
    std::this_thread::sleep_until(std::min(until, now + look));
  }
}

}  // namespace repot::migrate
