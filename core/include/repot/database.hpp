// A database, opened by its URL.
#pragma once

#include <repot/options.hpp>
#include <repot/unit_of_work.hpp>
#include <repot/url.hpp>

#include <functional>
#include <memory>
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
/// Not for use in a child process after fork(): open the database there anew.
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
  template <typename Work>
  auto write(Work&& work, LockMode lock = LockMode::immediate) {
    return run([&] { return begin(lock); }, std::forward<Work>(work));
  }

  /// Runs `work(UnitOfWork&)` on one consistent state of the database; writing is an error.
  template <typename Work>
  auto read(Work&& work) {
    return run([&] { return beginRead(); }, std::forward<Work>(work));
  }

  /// A transaction in the caller's hands. Waits for a connection up to poolTimeout.
  UnitOfWork begin(LockMode lock = LockMode::immediate);
  UnitOfWork beginRead();

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
  /// Sleeps and returns where `attempt` may be followed by another, else rethrows the exception
  /// in flight.
  void pauseOrRethrow(int attempt) const;

  template <typename Begin, typename Work>
  auto run(Begin&& begin, Work&& work) {
    using Result = std::invoke_result_t<Work&, UnitOfWork&>;
    for (int attempt = 1;; ++attempt) {
      try {
        UnitOfWork unit = begin();
        if constexpr (std::is_void_v<Result>) {
          work(unit);
          unit.commit();
          return;
        } else {
          Result result = work(unit);
          unit.commit();
          return result;
        }
      } catch (...) {
        pauseOrRethrow(attempt);
      }
    }
  }

  DatabaseUrl url_;
  DatabaseOptions options_;
  std::shared_ptr<const Backend> backend_;
  std::shared_ptr<detail::Pool> pool_;
};

}  // namespace repot
