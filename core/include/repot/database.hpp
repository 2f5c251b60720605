// A database, opened by its URL.
#pragma once

#include <repot/observer.hpp>
#include <repot/options.hpp>
#include <repot/unit_of_work.hpp>
#include <repot/url.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace repot {

class Backend;
namespace detail {
class Pool;
}

/// A database and its pool of connections. Copies share both. Thread-safe.
/// Not for use in a child process after fork(): there every unit of work is Error(usage), and the
/// parent's connections are left alone; open the database anew.
class Database {
 public:
  /// Opens the database that `url` names; its backend must be registered (registerBackends()).
  /// One connection is made at once, so that a wrong URL fails here. An SQLite file is created
  /// where it does not exist, its folder is not. Options of the URL win over `options`.
  /// Throws Error (invalidUrl, connection, authentication, permission, notFound, notADatabase).
  static Database open(std::string_view url, const DatabaseOptions& options = {});
  static Database open(const DatabaseUrl& url, const DatabaseOptions& options = {});

  /// Runs `work(UnitOfWork&)` in a transaction, commits, and returns what it returned.
  ///
  /// A retryable error (busy, serialization failure, deadlock) rolls back and runs `work` again
  /// after a pause, as RetryPolicy says; so `work` must be safe to run twice: put its results into
  /// its return value. Any other exception rolls back and goes on to the caller; so does a lost
  /// connection during the commit (outcomeKnown() == false), which is never retried.
  ///
  /// The bounds in `options` hold for all runs together.
  template <typename Work>
  auto write(Work&& work, const UnitOptions& options = {}) {
    return run(std::forward<Work>(work), options, true);
  }

  /// Runs `work(UnitOfWork&)` on one consistent state of the database; writing is an error.
  template <typename Work>
  auto read(Work&& work, const UnitOptions& options = {}) {
    return run(std::forward<Work>(work), options, false);
  }

  /// Runs `work(UnitOfWork&, batch)` for batches of `rows` in their order, each in a unit of work
  /// of its own, so that locks are held briefly. Stops at the first error; batches before it stay.
  template <typename Rows, typename Work>
  void writeInBatches(Rows& rows, Work&& work, std::size_t batchSize = 100,
                      const UnitOptions& options = {}) {
    const std::span all(rows);
    const std::size_t size = batchSize == 0 ? 1 : batchSize;
    for (std::size_t first = 0; first < all.size(); first += size) {
      const auto batch = all.subspan(first, std::min(size, all.size() - first));
      write([&](UnitOfWork& unit) { work(unit, batch); }, options);
    }
  }

  /// A transaction in the caller's hands. Waits for a connection up to poolTimeout.
  UnitOfWork begin(const UnitOptions& options = {});
  UnitOfWork beginRead(const UnitOptions& options = {});
  /// A transaction that changes the schema, and the only one that does: it waits up to `wait` for
  /// those of other processes, else Error(busy). SQLite's foreign keys are off in it, and checked
  /// as a whole by commit(). schema::Migrator is what applications use.
  UnitOfWork beginSchemaChange(std::chrono::milliseconds wait);

  /// Counters since open(), and the pool as it is now.
  DatabaseStatistics statistics() const;

  /// Creates the tables of the mapped entities that do not exist yet, in the order given, so that
  /// referenced ones come first.
  template <typename... Entities>
  void createTables();

  /// Safe to print.
  const DatabaseUrl& url() const noexcept { return url_; }
  const DatabaseOptions& options() const noexcept { return options_; }
  const Backend& backend() const noexcept { return *backend_; }

 private:
  Database(DatabaseUrl url, DatabaseOptions options, std::shared_ptr<const Backend> backend);
  using Deadline = std::optional<std::chrono::steady_clock::time_point>;
  static Deadline deadlineOf(const UnitOptions& options);
  UnitOfWork start(bool writes, const UnitOptions& options, const Deadline& deadline);
  /// Sleeps and returns where `attempt` may be followed by another, else rethrows the exception
  /// in flight.
  void pauseOrRethrow(int attempt, const UnitOptions& options, const Deadline& deadline) const;

  template <typename Work>
  auto run(Work&& work, const UnitOptions& options, bool writes) {
    using Result = std::invoke_result_t<Work&, UnitOfWork&>;
    const Deadline deadline = deadlineOf(options);
    for (int attempt = 1;; ++attempt) {
      try {
        UnitOfWork unit = start(writes, options, deadline);
        if constexpr (std::is_void_v<Result>) {
          work(unit);
          unit.commit();
          return;
        } else {
          Result result = work(unit);
          unit.commit();
          return result;
        }
      } catch (const Error&) {
        pauseOrRethrow(attempt, options, deadline);
      }
    }
  }

  DatabaseUrl url_;
  DatabaseOptions options_;
  std::shared_ptr<const Backend> backend_;
  std::shared_ptr<detail::Pool> pool_;
};

}  // namespace repot
