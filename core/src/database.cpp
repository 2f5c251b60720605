// Opening a database, and the loop of retries around units of work.
#include "repot/database.hpp"

#include "pool.hpp"
#include "repot/backend.hpp"
#include "repot/error.hpp"

#include <algorithm>
#include <random>
#include <thread>

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
  const detail::Lease first(database.pool_, ConnectionRole::writer);
  return database;
}

UnitOfWork Database::begin(LockMode lock) {
  auto lease = std::make_unique<detail::Lease>(pool_, ConnectionRole::writer);
  lease->connection().begin(lock, options_.isolation);
  lease->started();
  return UnitOfWork(std::move(lease));
}

UnitOfWork Database::beginRead() {
  auto lease = std::make_unique<detail::Lease>(pool_, ConnectionRole::reader);
  lease->connection().beginRead();
  lease->started();
  return UnitOfWork(std::move(lease));
}

void Database::pauseOrRethrow(int attempt) const {
  try {
    throw;
  } catch (const Error& error) {
    if (!error.retryable() || !error.outcomeKnown() || attempt >= options_.retry.attempts) throw;
  }
  auto bound = options_.retry.initialDelay;
  for (int i = 1; i < attempt && bound < options_.retry.maxDelay; ++i)
    bound *= 2;
  bound = std::min(bound, options_.retry.maxDelay);
  thread_local std::minstd_rand random{std::random_device{}()};
  std::uniform_int_distribution<std::chrono::milliseconds::rep> pause(bound.count() / 2,
                                                                      bound.count());
  std::this_thread::sleep_for(std::chrono::milliseconds(pause(random)));
}

}  // namespace repot
