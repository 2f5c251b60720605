// Opening a database, and the loop of retries around units of work.
#include "repot/database.hpp"

#include "pool.hpp"
#include "repot/backend.hpp"
#include "repot/error.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace repot {

Database::Database(DatabaseUrl url, DatabaseOptions options, std::shared_ptr<const Backend> backend)
    : url_(std::move(url)), options_(options), backend_(std::move(backend)) {
  backend_->configure(url_, options_);
  pool_ = std::make_shared<detail::Pool>(backend_, url_, options_);
}

Database Database::open(std::string_view url, const DatabaseOptions& options) {
  return open(DatabaseUrl::parse(url), options);
}

Database Database::open(const DatabaseUrl& url, const DatabaseOptions& options) {
  Database database(url, options, findBackend(url.scheme()));
  const DatabaseOptions& effective = database.options_;
  std::vector<std::unique_ptr<detail::Lease>> first;
  const std::size_t wanted = database.backend_->hasServer()
                                 ? std::clamp<std::size_t>(effective.poolMin, 1, effective.poolSize)
                                 : 1;
  while (first.size() < wanted) {
    first.push_back(std::make_unique<detail::Lease>(database.pool_, ConnectionRole::writer,
                                                    detail::Bounds{}, std::string()));
  }
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

namespace {

/// A lease whose transaction `begin` has begun. A server that restarted has closed the connections
/// that waited in the pool; nothing of the unit has run on them, so the next one is tried.
template <typename Begin>
std::unique_ptr<detail::Lease> begun(const std::shared_ptr<detail::Pool>& pool, ConnectionRole role,
                                     const detail::Bounds& bounds, const std::string& user,
                                     const Begin& begin) {
  for (;;) {
    auto lease = std::make_unique<detail::Lease>(pool, role, bounds, user);
    lease->bounds().check();
    try {
      begin(lease->connection());
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::connection && lease->wasStale()) continue;
      lease->failed(error);
      throw;
    }
    lease->started();
    return lease;
  }
}

}  // namespace

UnitOfWork Database::start(bool writes, const UnitOptions& options, const Deadline& deadline) {
  return UnitOfWork(begun(pool_, writes ? ConnectionRole::writer : ConnectionRole::reader,
                          {deadline, options.stop}, options.user, [&](Connection& connection) {
                            if (!writes) return connection.beginRead();
                            connection.begin(options.lock,
                                             options.isolation.value_or(options_.isolation));
                          }));
}

UnitOfWork Database::beginSchemaChange(std::chrono::milliseconds wait) {
  return UnitOfWork(begun(pool_, ConnectionRole::writer, {}, {},
                          [&](Connection& connection) { connection.beginSchemaChange(wait); }));
}

DatabaseStatistics Database::statistics() const {
  return pool_->statistics();
}

void Database::pauseOrRethrow(int attempt, const UnitOptions& options,
                              const Deadline& deadline) const {
  auto bound = options_.retry.initialDelay;
  for (int i = 1; i < attempt && bound < options_.retry.maxDelay; ++i)
    bound *= 2;
  bound = std::min(bound, options_.retry.maxDelay);
  thread_local std::minstd_rand random{std::random_device{}()};
  std::uniform_int_distribution<std::chrono::milliseconds::rep> draw(bound.count() / 2,
                                                                     bound.count());
  const std::chrono::milliseconds pause(draw(random));
  try {
    throw;
  } catch (const Error& error) {
    const bool again =
        error.retryable() || (options.retryConflicts && error.kind() == ErrorKind::conflict);
    if (!again || !error.outcomeKnown() || attempt >= options_.retry.attempts) throw;
    if (options.stop.stop_requested() || (deadline && detail::Clock::now() + pause >= *deadline)) {
      throw Error(ErrorKind::timeout, std::string("the unit of work ran out of time while it "
                                                  "was tried again; the last error: ") +
                                          error.what());
    }
    ++pool_->retries;
    if (options_.observer) options_.observer->onRetry({attempt, pause, &error});
  }
  std::this_thread::sleep_for(pause);
}

}  // namespace repot
