// See forks.hpp.
#include "forks.hpp"

#include <pthread.h>

#include <atomic>

namespace repot::detail {
namespace {

std::atomic<unsigned> forks{0};

}  // namespace

unsigned generation() noexcept {
  static const int registered =
      ::pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
  static_cast<void>(registered);
  return forks.load(std::memory_order_relaxed);
}

}  // namespace repot::detail
