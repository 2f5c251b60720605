// A database, opened by its URL.
#pragma once

#include <repot/observer.hpp>
#include <repot/options.hpp>
#include <repot/servers.hpp>
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
#include <vector>

namespace repot {

class Backend;
namespace detail {
class Router;
}

/// A database and its pool of connections. Copies share both. Thread-safe.
///
/// Where the URL names several servers (docs/replicas.md), each has a pool, and is watched by a
/// thread and a connection of its own: writes go to the primary, whichever that is now, reads
/// where DatabaseOptions::readFrom says.
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
  /// Where a server that is lost is waited for (DatabaseOptions::failoverTimeout), so is a lost
  /// connection, and the server is asked what became of a commit that it did not answer: only
  /// where it cannot tell the outcome stays unknown.
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

  /// After which every write of this process is there, for UnitOptions::after in another one: of
  /// several servers the text of a pg_lsn, else empty.
  std::string position() const;
  /// Where the URL names several servers, each as it is known; else empty.
  std::vector<ServerStatus> servers() const;

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
  /// The runs of one unit of work.
  struct Runs {
    int number = 1;  ///< Of this one.
    int lost = 0;    ///< Those in which a server was lost.
    std::optional<std::chrono::steady_clock::time_point> lostSince = std::nullopt;
    std::chrono::milliseconds pause{0};  ///< After a server was lost.
  };
  UnitOfWork start(bool writes, const UnitOptions& options, const Deadline& deadline,
                   bool again = false);
  /// Sleeps and returns where another run may follow, else rethrows the exception in flight.
  void pauseOrRethrow(Runs& runs, const UnitOptions& options, const Deadline& deadline) const;
  /// How long to wait for a server in place of the lost one; nothing: no longer.
  std::optional<std::chrono::milliseconds> waitForServer(Runs& runs) const;

  template <typename Work>
  auto run(Work&& work, const UnitOptions& options, bool writes) {
    using Result = std::invoke_result_t<Work&, UnitOfWork&>;
    const Deadline deadline = deadlineOf(options);
    for (Runs runs;;) {
      try {
        UnitOfWork unit = start(writes, options, deadline, runs.number > 1);
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
        pauseOrRethrow(runs, options, deadline);
      }
    }
  }

  DatabaseUrl url_;
  DatabaseOptions options_;
  std::shared_ptr<const Backend> backend_;
  std::shared_ptr<detail::Router> router_;
};

}  // namespace repot
