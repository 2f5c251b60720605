// See stop_signals.hpp.
#include "cli/stop_signals.hpp"

#include <unistd.h>

#include <csignal>
#include <string_view>

namespace repot::cli {
namespace {

// A signal handler may touch nothing but lock-free atomics.
std::atomic<std::atomic<bool>*> stopping = nullptr;
std::atomic<int> caughtSignal = 0;
static_assert(std::atomic<std::atomic<bool>*>::is_always_lock_free);
static_assert(std::atomic<bool>::is_always_lock_free);

/// The first signal lets the work come to a point where it can end; the second ends it as it is,
/// which is no more than what it survives at any time.
extern "C" void stopWork(int signal) {
  constexpr std::string_view atOnce = "\nrepot: stopped at once\n";
  if (caughtSignal.exchange(signal) != 0) {
    static_cast<void>(!::write(STDERR_FILENO, atOnce.data(), atOnce.size()));
    ::_exit(128 + signal);
  }
  if (std::atomic<bool>* stop = stopping) *stop = true;
}

}  // namespace

StopSignals::StopSignals(std::atomic<bool>& stop) {
  stopping = &stop;
  std::signal(SIGINT, stopWork);
  std::signal(SIGTERM, stopWork);
}

StopSignals::~StopSignals() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  stopping = nullptr;
}

int StopSignals::caught() noexcept {
  return caughtSignal;
}

}  // namespace repot::cli
