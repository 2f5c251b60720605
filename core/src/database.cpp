// Opening a database, and the loop of retries around units of work.
#include "repot/database.hpp"

#include "repot/backend.hpp"
#include "repot/error.hpp"
#include "router.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace repot {
namespace {

/// A server that was restarted is there again within a second, one that took another's place within
/// some; to ask costs nothing but a connection that is refused.
constexpr std::chrono::milliseconds shortestServerPause{10}, longestServerPause{500};

/// Between the half of `bound` and all of it, so that contenders do not meet again.
std::chrono::milliseconds drawn(std::chrono::milliseconds bound) {
  thread_local std::minstd_rand random{std::random_device{}()};
  std::uniform_int_distribution<std::chrono::milliseconds::rep> draw(bound.count() / 2,
                                                                     bound.count());
  return std::chrono::milliseconds(draw(random));
}

std::chrono::milliseconds pauseAfter(const RetryPolicy& policy, int run) {
  auto bound = policy.initialDelay;
  for (int i = 1; i < run && bound < policy.maxDelay; ++i)
    bound *= 2;
  return drawn(std::min(bound, policy.maxDelay));
}

}  // namespace

Database::Database(DatabaseUrl url, DatabaseOptions options, std::shared_ptr<const Backend> backend)
    : url_(std::move(url)), options_(std::move(options)), backend_(std::move(backend)) {
  backend_->configure(url_, options_);
  router_ = detail::makeRouter(backend_, url_, options_);
}

Database Database::open(std::string_view url, const DatabaseOptions& options) {
  return open(DatabaseUrl::parse(url), options);
}

Database Database::open(const DatabaseUrl& url, const DatabaseOptions& options) {
  Database database(url, options, findBackend(url.scheme()));
  database.router_->open();
  return database;
}

Database::Deadline Database::deadlineOf(const UnitOptions& options) {
  if (!options.timeout) return std::nullopt;
  return detail::Clock::now() + *options.timeout;
}

UnitOfWork Database::begin(const UnitOptions& options) {
  return start(true, options, deadlineOf(options));
}

UnitOfWork Database::beginRead(const UnitOptions& options) {
  return start(false, options, deadlineOf(options));
}

UnitOfWork Database::start(bool writes, const UnitOptions& options, const Deadline& deadline,
                           bool again) {
  return UnitOfWork(router_->begin({writes, again, options, {deadline, options.stop}}));
}

UnitOfWork Database::beginSchemaChange(std::chrono::milliseconds wait) {
  return UnitOfWork(router_->beginSchemaChange(wait));
}

DatabaseStatistics Database::statistics() const {
  return router_->statistics();
}

std::string Database::position() const {
  return router_->position();
}

std::vector<ServerStatus> Database::servers() const {
  return router_->servers();
}

std::optional<std::chrono::milliseconds> Database::waitForServer(Runs& runs) const {
  if (!options_.failoverTimeout) return std::nullopt;
  const auto now = detail::Clock::now();
  if (!runs.lostSince) runs.lostSince = now;
  if (now - *runs.lostSince >= *options_.failoverTimeout) return std::nullopt;
  router_->lookAnew();
  runs.pause = std::clamp(runs.pause * 2, shortestServerPause, longestServerPause);
  return drawn(runs.pause);
}

void Database::pauseOrRethrow(Runs& runs, const UnitOptions& options,
                              const Deadline& deadline) const {
  std::chrono::milliseconds pause{0};
  try {
    throw;
  } catch (const Error& error) {
    if (!error.outcomeKnown()) throw;
    if (detail::isServerLost(error)) {
      const auto wait = waitForServer(runs);
      if (!wait) throw;
      ++runs.lost;
      pause = *wait;
    } else {
      const bool again =
          error.retryable() || (options.retryConflicts && error.kind() == ErrorKind::conflict);
      const int run = runs.number - runs.lost;
      if (!again || run >= options_.retry.attempts) throw;
      pause = pauseAfter(options_.retry, run);
    }
    if (options.stop.stop_requested() || (deadline && detail::Clock::now() + pause >= *deadline)) {
      throw Error(ErrorKind::timeout, std::string("the unit of work ran out of time while it "
                                                  "was tried again; the last error: ") +
                                          error.what());
    }
    ++router_->retries;
    if (options_.observer) options_.observer->onRetry({runs.number, pause, &error});
  }
  ++runs.number;
  std::this_thread::sleep_for(pause);
}

}  // namespace repot
