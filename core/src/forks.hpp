// What fork() means for objects: most of what they hold – threads, sockets, locks of files – stays
// with the process that made them.
#pragma once

#include <mutex>

namespace repot::detail {

/// Counts the forks between this process and the one that loaded the library: cheaper to read than
/// the process's number, which takes a system call.
unsigned generation() noexcept;

/// While it lives, fork() waits until nobody holds `mutex`: in the child there is no thread that
/// would ever give it back, nor what that thread holds meanwhile, as locks of SQLite and of malloc.
/// Waits some seconds at most, as the holder may be the one that forks.
class ForkWaits {
 public:
  explicit ForkWaits(std::timed_mutex& mutex);
  ~ForkWaits();
  ForkWaits(const ForkWaits&) = delete;
  ForkWaits& operator=(const ForkWaits&) = delete;

 private:
  std::timed_mutex& mutex_;
};

}  // namespace repot::detail
