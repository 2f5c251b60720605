// Syncs again and again, until somebody says stop.
#pragma once

#include "engine/sync/sync.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace repot::migrate {

struct FollowOptions {
  std::chrono::milliseconds interval{5'000};      ///< From the end of a round to the next look.
  std::function<void(const SyncReport&)> report;  ///< Of a round that had something to do.
  /// Of a server that cannot be reached, or a source that is busy; the next round tries again.
  std::function<void(const Error&)> trouble;
};

/// Ends where `progress.stop` is set, within a round by rolling it back, or after a report with
/// foreign(). Throws StageError for what no later round can mend.
void follow(const std::string& sourcePath, const DatabaseUrl& target, const SyncOptions& options,
            const FollowOptions& follow, Progress& progress);

}  // namespace repot::migrate
