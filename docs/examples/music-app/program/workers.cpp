#include "program/workers.hpp"

#include "repositories/downloads.hpp"

#include <atomic>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace music {
namespace {

class Workers {
 public:
  Workers(repot::Database& database, const std::function<void(const Download&)>& fetch)
      : database_(database), fetch_(fetch) {}

  void run(int number) {
    const repot::UnitOptions options{.user = "worker " + std::to_string(number)};
    try {
      while (!stop_ && claimAndFetch(options)) {
      }
    } catch (...) {
      stop_ = true;
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
    }
  }
  WorkerResult result() const {
    if (error_) std::rethrow_exception(error_);
    return {completed_, failed_};
  }

 private:
  /// Each worker counts as a user of the database.
  bool claimAndFetch(const repot::UnitOptions& options) {
    auto mine = database_.write(
        [](repot::UnitOfWork& work) { return Downloads(work).claim(claimSize); }, options);
    if (mine.empty()) return false;
    std::vector<Download> done;
    for (Download& download : mine) {
      try {
        fetch_(download);
        done.push_back(std::move(download));
      } catch (const std::exception& error) {
        ++failed_;
        database_.write(
            [&](repot::UnitOfWork& work) { Downloads(work).fail(download, error.what()); });
      }
    }
    database_.write([&](repot::UnitOfWork& work) { Downloads(work).complete(done); });
    completed_ += static_cast<std::int64_t>(done.size());
    return true;
  }

  repot::Database& database_;
  const std::function<void(const Download&)>& fetch_;
  std::atomic<bool> stop_{false};
  std::atomic<std::int64_t> completed_{0}, failed_{0};
  std::mutex mutex_;
  std::exception_ptr error_;
};

}  // namespace

WorkerResult emptyQueue(repot::Database& database, int workers,
                        const std::function<void(const Download&)>& fetch) {
  Workers shared(database, fetch);
  std::vector<std::thread> threads;
  for (int i = 0; i < workers; ++i)
    threads.emplace_back([&shared, i] { shared.run(i); });
  for (std::thread& thread : threads)
    thread.join();
  return shared.result();
}

}  // namespace music
