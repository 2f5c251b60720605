// A commit that waits for a synchronous standby which is gone waits for ever, and says nothing.
#pragma once

#include "engine/run/progress.hpp"

#include <repot/postgresql/bulk.hpp>
#include <repot/url.hpp>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

namespace repot::migrate {

/// While it lives, looks from a session of its own whether `backend` waits so. Then the progress
/// says it, and after `patience`, or where the run is to stop, the wait is ended by
/// pg_cancel_backend(): what was committed is committed then, on the primary alone.
class CommitWatch {
 public:
  CommitWatch(DatabaseUrl target, std::string backend, std::chrono::milliseconds patience,
              Progress& progress);
  ~CommitWatch();
  CommitWatch(const CommitWatch&) = delete;
  CommitWatch& operator=(const CommitWatch&) = delete;

  /// No standby acknowledged the commit in time. Only after the commit.
  bool gaveUp() const noexcept { return gaveUp_; }

 private:
  void run(const std::stop_token& stop);

  const DatabaseUrl target_;
  const std::string backend_;
  const std::chrono::milliseconds patience_;
  Progress& progress_;
  std::atomic<bool> gaveUp_{false};
  std::jthread thread_;  ///< The last, as it uses the others.
};

/// COMMIT of what `connection` did, watched so. False: it is committed, but on the primary alone.
bool commitWatched(postgresql::BulkConnection& connection, const DatabaseUrl& target,
                   std::chrono::milliseconds patience, Progress& progress);

}  // namespace repot::migrate
