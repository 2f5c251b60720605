// See forks.hpp.
#include "forks.hpp"

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <vector>

namespace repot::detail {
namespace {

std::atomic<unsigned> forks{0};

/// What a fork waits for. Never destroyed: a thread may fork while the process ends.
struct Awaited {
  std::mutex mutex;
  std::vector<std::timed_mutex*> all;
  std::vector<std::timed_mutex*> held;  ///< By the thread that forks.
};
Awaited& awaited() {
  static auto* const instance = new Awaited;
  return *instance;
}

void beforeFork() noexcept {
  Awaited& one = awaited();
  one.mutex.lock();
  for (std::timed_mutex* mutex : one.all) {
    // There is room: see ForkWaits.
    if (mutex->try_lock_for(std::chrono::seconds(2))) one.held.push_back(mutex);
  }
}

void afterFork() noexcept {
  Awaited& one = awaited();
  for (std::timed_mutex* mutex : one.held)
    mutex->unlock();
  one.held.clear();
  one.mutex.unlock();
}

void afterForkInChild() noexcept {
  forks.fetch_add(1, std::memory_order_relaxed);
  afterFork();
}

}  // namespace

unsigned generation() noexcept {
  static const int registered = ::pthread_atfork(beforeFork, afterFork, afterForkInChild);
  static_cast<void>(registered);
  return forks.load(std::memory_order_relaxed);
}

ForkWaits::ForkWaits(std::timed_mutex& mutex) : mutex_(mutex) {
  generation();
  Awaited& one = awaited();
  const std::lock_guard lock(one.mutex);
  one.all.push_back(&mutex);
  one.held.reserve(one.all.size());
}

ForkWaits::~ForkWaits() {
  Awaited& one = awaited();
  const std::lock_guard lock(one.mutex);
  std::erase(one.all, &mutex_);
}

}  // namespace repot::detail
