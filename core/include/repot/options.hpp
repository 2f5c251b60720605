// What can be set when a database is opened. Every field has a default that suits most
// applications.
#pragma once

#include <chrono>
#include <cstddef>

namespace repot {

/// How a unit of work takes its locks. PostgreSQL needs none up front and ignores it.
enum class LockMode {
  deferred,   ///< At the first write. Two such units can meet in a "locked" that no wait resolves.
  immediate,  ///< The write lock at once: waiting happens in one place. The default for writing.
  exclusive,  ///< As immediate; without WAL also keeps readers out.
};

/// PostgreSQL's isolation levels. SQLite's units of work are always serializable.
enum class Isolation { readCommitted, repeatableRead, serializable };

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

struct DatabaseOptions {
  /// Connections that may be open for reading (SQLite) or in all (PostgreSQL). SQLite always has
  /// one writer besides; a database in memory has a single connection. URL: repot_pool_size.
  std::size_t poolSize = 5;
  /// How long a unit of work waits for a free connection. URL: repot_pool_timeout (seconds).
  std::chrono::milliseconds poolTimeout{30000};
  /// How long SQLite waits for a lock of another process, and PostgreSQL for any lock
  /// (lock_timeout). URL: repot_busy_timeout or, as in SQLAlchemy, timeout (seconds).
  std::chrono::milliseconds busyTimeout{30000};
  /// SQLite: synchronous=FULL in place of NORMAL, so that a power cut loses no committed unit of
  /// work (a crash of the application never does). URL: repot_synchronous=full.
  bool fullSync = false;
  /// Connections idle for longer are checked before use. PostgreSQL only.
  std::chrono::milliseconds pingAfter{5000};
  Isolation isolation = Isolation::readCommitted;
  RetryPolicy retry;
};

}  // namespace repot
