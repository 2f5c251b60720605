// Threads that fail together; see workers.hpp.
#include "engine/run/workers.hpp"

#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace repot::migrate {

std::string_view toString(Progress::Phase phase) noexcept {
  switch (phase) {
    case Progress::Phase::scan:
      return "scan";
    case Progress::Phase::create:
      return "create";
    case Progress::Phase::load:
      return "load";
    case Progress::Phase::objects:
      return "keys and indexes";
    case Progress::Phase::verify:
      return "verify";
    case Progress::Phase::publish:
      return "publish";
    case Progress::Phase::reconnect:
      return "waiting for the target";
    case Progress::Phase::acknowledge:
      return "waiting for a synchronous standby";
    case Progress::Phase::replay:
      return "waiting for standbys";
    case Progress::Phase::done:
      return "done";
  }
  return "";
}

void runWorkers(std::size_t workers, Progress& progress,
                const std::function<void(std::size_t)>& work) {
  std::mutex mutex;
  std::exception_ptr failure;
  std::vector<std::jthread> threads;
  for (std::size_t worker = 0; worker < workers; ++worker) {
    threads.emplace_back([&, worker] {
      try {
        work(worker);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (failure) return;
        // Threads that end because they were told to have nothing to say, and those that are in the
        // middle of a chunk come to its end.
        if (progress.stop) return;
        if (!progress.failed.exchange(true)) failure = std::current_exception();
      }
    });
  }
  threads.clear();  // Joins.
  if (failure) {
    progress.failed = false;
    std::rethrow_exception(failure);
  }
  progress.throwIfStopped();
}

}  // namespace repot::migrate
