// Passes over the source by all of its readers at once.
#pragma once

#include <repot/sqlite/bulk.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace repot::migrate {

/// Calls `work(reader, i)` for each i below `count`, each reader by one thread, and waits for them.
/// What the first of them throws is thrown here; what has not begun by then is left.
template <typename Work>
void onReaders(const std::vector<sqlite::SqliteReader*>& readers, std::size_t count,
               const Work& work) {
  std::atomic<std::size_t> next = 0;
  std::exception_ptr failure;
  std::mutex mutex;
  const auto run = [&](sqlite::SqliteReader& reader) {
    try {
      for (std::size_t i = next++; i < count; i = next++)
        work(reader, i);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
      next = count;
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(readers.size(), count); ++i)
      threads.emplace_back(run, std::ref(*readers[i]));
    run(*readers[0]);
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace repot::migrate
