// What can be set when a database is opened. Every field has a default that suits most
// applications.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace repot {

/// How a unit of work takes its locks. PostgreSQL needs none up front and ignores it.
enum class LockMode {
  deferred,   ///< At the first write. Two such units can meet in a "locked" that no wait resolves.
  immediate,  ///< The write lock at once: waiting happens in one place. The default for writing.
  exclusive,  ///< As immediate; without WAL also keeps readers out.
};

/// PostgreSQL's isolation levels. SQLite's units of work are always serializable.
enum class Isolation { readCommitted, repeatableRead, serializable };

/// Where units of work that only read run, of several servers (docs/replicas.md).
enum class ReadFrom {
  primary,        ///< Where the writes go.
  preferStandby,  ///< The nearest standby that is fresh enough; without one, the primary.
  any,            ///< The nearest server that is fresh enough.
};

class Observer;

/// When and how often a unit of work runs again after a retryable error.
struct RetryPolicy {
  /// Runs in all, the first included. Three outlive a short contention without hiding a lasting
  /// one.
  int attempts = 3;
  /// Upper bound of the first pause; it doubles with each run. The pause is drawn between half of
  /// the bound and the bound, so that contenders do not meet again.
  std::chrono::milliseconds initialDelay{1000};
  std::chrono::milliseconds maxDelay{10000};
};

/// Of a database: its pool, its locks, its retries.
struct DatabaseOptions {
  /// Connections that may be open for reading (SQLite) or in all (PostgreSQL). SQLite always has
  /// one writer besides; a database in memory has a single connection. URL: repot_pool_size.
  std::size_t poolSize = 5;
  /// Connections that open() makes at once and that the pool keeps. PostgreSQL only.
  /// URL: repot_pool_min.
  std::size_t poolMin = 1;
  /// A connection older than this is replaced when it comes back, so that no session and no
  /// routing decision lives for ever. PostgreSQL only. URL: repot_max_lifetime (seconds).
  std::chrono::milliseconds maxLifetime{std::chrono::minutes(30)};
  /// How long a unit of work waits for a free connection. URL: repot_pool_timeout (seconds).
  std::chrono::milliseconds poolTimeout{30000};
  /// How long SQLite waits for a lock of another process, and PostgreSQL for any lock
  /// (lock_timeout). URL: repot_busy_timeout or, as in SQLAlchemy, timeout (seconds).
  std::chrono::milliseconds busyTimeout{30000};
  /// SQLite: synchronous=FULL in place of NORMAL, so that a power cut loses no committed unit of
  /// work (a crash of the application never does). URL: repot_synchronous=full.
  bool fullSync = false;
  /// SQLite: false keeps a rollback journal in place of WAL: one file on disk, for which readers
  /// and the writer wait for each other. For small files beside, and for network file systems,
  /// which WAL does not work on. URL: repot_journal=delete.
  bool writeAheadLog = true;
  /// Connections idle for longer are checked before use. PostgreSQL only.
  std::chrono::milliseconds pingAfter{5000};
  /// False: nothing is kept on the server between units of work, neither prepared statements nor
  /// settings, as connection poolers in transaction mode want it. PostgreSQL only.
  /// URL: repot_prepare=off.
  bool prepareStatements = true;
  Isolation isolation = Isolation::readCommitted;
  RetryPolicy retry;
  /// Several servers of PostgreSQL only, as is all of what follows. URL: repot_read_from.
  ReadFrom readFrom = ReadFrom::primary;
  /// What a standby may lack of what the primary had stored that long ago, for a read to go there.
  /// Long enough to outlive a failover. URL: repot_max_staleness (seconds).
  std::chrono::milliseconds maxStaleness{30000};
  /// Where the application runs: servers of the same region go before all others.
  /// URL: repot_region.
  std::string region;
  /// How often each server is asked how it is. URL: repot_watch_every (seconds).
  std::chrono::milliseconds watchEvery{1000};
  /// How long a unit of work whose server is lost waits for one that takes its place, and runs
  /// again there. By default 30 s where the URL names several servers. Where it is given with one,
  /// that one is waited for. Zero: the error is the caller's at once.
  /// URL: repot_failover_timeout (seconds).
  std::optional<std::chrono::milliseconds> failoverTimeout;
  /// Is told what happens; see observer.hpp. Nothing is measured without one.
  std::shared_ptr<Observer> observer;
};

/// What one unit of work may want different.
struct UnitOptions {
  LockMode lock = LockMode::immediate;
  /// In place of DatabaseOptions::isolation.
  std::optional<Isolation> isolation = std::nullopt;
  /// Bound of the whole: waiting for a connection and for locks, statements, pauses and further
  /// runs. Past it the unit fails with Error(timeout).
  std::optional<std::chrono::milliseconds> timeout = std::nullopt;
  /// Asked to stop, the unit fails with Error(timeout) as soon as the database answers.
  std::stop_token stop = {};
  /// Run again also after Error(conflict), an entity's version that was out of date.
  bool retryConflicts = false;
  /// Who it is done for: an opaque name that goes to the observer, for counting active users.
  std::string user = {};
  /// A read: what has to be there, by Database::position() of whichever process wrote it. Nothing:
  /// all that this process has written. Empty: nothing in particular.
  std::optional<std::string> after = std::nullopt;
  /// A read: in place of DatabaseOptions::maxStaleness. Zero: it reads from the primary.
  std::optional<std::chrono::milliseconds> maxStaleness = std::nullopt;
};

}  // namespace repot
