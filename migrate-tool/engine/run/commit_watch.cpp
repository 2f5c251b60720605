// The wait event SyncRep of the session that commits; see commit_watch.hpp.
#include "engine/run/commit_watch.hpp"

#include <repot/error.hpp>

#include <condition_variable>
#include <mutex>
#include <utility>

namespace repot::migrate {
namespace {

using Clock = std::chrono::steady_clock;

bool waitsForStandby(postgresql::BulkConnection& connection, const std::string& backend) {
  return connection.value(
             "SELECT wait_event IS NOT DISTINCT FROM 'SyncRep' FROM pg_catalog.pg_stat_activity "
             "WHERE pid = " +
             backend) == "t";
}

}  // namespace

CommitWatch::CommitWatch(DatabaseUrl target, std::string backend,
                         std::chrono::milliseconds patience, Progress& progress)
    : target_(std::move(target)),
      backend_(std::move(backend)),
      patience_(patience),
      progress_(progress),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

CommitWatch::~CommitWatch() = default;

void CommitWatch::run(const std::stop_token& stop) {
  using namespace std::chrono_literals;
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  const auto ended = [&](auto pause) {
    return wake.wait_for(lock, stop, pause, [&] { return stop.stop_requested(); });
  };
  // Most commits are done by then, and nobody need be asked.
  if (ended(1000ms)) return;
  try {
    postgresql::BulkConnection connection(target_);
    auto since = Clock::now();
    do {
      if (!waitsForStandby(connection, backend_)) {
        since = Clock::now();
        continue;
      }
      progress_.begin(Progress::Phase::acknowledge, 0);
      if (Clock::now() - since < patience_ && !progress_.stop) continue;
      gaveUp_ = true;
      connection.value("SELECT pg_catalog.pg_cancel_backend(" + backend_ + ")");
    } while (!ended(200ms));
  } catch (const Error&) {
    // Who cannot ask cannot tell; the session that commits is looked after by other means.
  }
}

bool commitWatched(postgresql::BulkConnection& connection, const DatabaseUrl& target,
                   std::chrono::milliseconds patience, Progress& progress) {
  const CommitWatch watch(target, connection.value("SELECT pg_catalog.pg_backend_pid()"), patience,
                          progress);
  connection.execute("COMMIT");
  // The server warns of a wait that was ended, by whomever.
  return !connection.unconfirmed();
}

}  // namespace repot::migrate
