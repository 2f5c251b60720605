// See follow.hpp.
#include "engine/sync/follow.hpp"

#include "engine/run/stages.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <memory>
#include <thread>

namespace repot::migrate {
namespace {

using Clock = std::chrono::steady_clock;

bool mayPass(const Error& error) {
  return error.kind() == ErrorKind::connection || error.kind() == ErrorKind::timeout ||
         error.retryable();
}

void wait(std::chrono::milliseconds interval, const Progress& progress) {
  constexpr std::chrono::milliseconds step{50};
  const auto end = Clock::now() + interval;
  while (!progress.stop && Clock::now() < end)
    std::this_thread::sleep_for(std::min<Clock::duration>(step, end - Clock::now()));
}

}  // namespace

void follow(const std::string& sourcePath, const DatabaseUrl& target, const SyncOptions& options,
            const FollowOptions& follow, Progress& progress) {
  SyncOptions remembering = options;
  remembering.remember = true;
  std::unique_ptr<Syncer> syncer;
  bool begun = false;
  while (!progress.stop) {
    try {
      if (!syncer) syncer = std::make_unique<Syncer>(sourcePath, target, remembering, progress);
      begun = true;
      if (!syncer->unchangedByFiles() && syncer->sourceChanged()) {
        const SyncReport report = syncer->round();
        follow.report(report);
        if (report.foreign()) return;
      }
    } catch (const StageError& failure) {
      if (progress.stop) return;
      if (!begun || !mayPass(failure.error)) throw;
      follow.trouble(failure.error);
      // With the session its claim is gone.
      syncer.reset();
    }
    progress.finish();
    wait(follow.interval, progress);
  }
}

}  // namespace repot::migrate
