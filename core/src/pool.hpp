// The pool of connections: a fair queue before one lane of connections, or before two where the
// backend wants a single writer.
#pragma once

#include "repot/backend.hpp"
#include "repot/error.hpp"
#include "repot/observer.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

namespace repot::detail {

using Clock = std::chrono::steady_clock;

/// The same clock as of its last tick, a few milliseconds ago at most, for a quarter of the price.
Clock::time_point coarseNow() noexcept;

/// What bounds one unit of work.
struct Bounds {
  std::optional<Clock::time_point> deadline;
  std::stop_token stop;

  bool passed() const { return deadline && Clock::now() >= *deadline; }
  /// Throws Error(timeout) where the deadline has passed or a stop was requested.
  void check() const;
};

/// Whether another server, or the same one later, may do what this failed for.
inline bool isServerLost(const Error& error) noexcept {
  return error.kind() == ErrorKind::connection;
}

/// Connections of one role, handed out in the order of asking (first come, first served).
class Lane {
 public:
  Lane(std::shared_ptr<const Backend> backend, DatabaseUrl url, DatabaseOptions options,
       ConnectionRole role, std::size_t size);

  struct Taken {
    std::unique_ptr<Connection> connection;
    Clock::time_point opened;
    bool reused = false;     ///< It waited in the pool, and its server may be gone since.
    Tally* tally = nullptr;  ///< Of its observer; see Connection::tally().
  };
  /// Waits for a connection that works. Throws Error(timeout) after poolTimeout or by the bounds.
  Taken take(const Bounds& bounds, std::chrono::microseconds& waited);
  /// Takes a connection back; nullptr frees the place of one that was dropped.
  void giveBack(Taken taken) noexcept;
  void addTo(DatabaseStatistics& statistics) const;
  /// Forgets the connections without closing them, as a forked child must.
  void abandon() noexcept;

 private:
  struct Idle {
    Taken taken;
    Clock::time_point since;
  };
  struct Waiter {
    std::condition_variable ready;
    bool called = false;
  };

  /// Returns how long it took.
  std::chrono::microseconds waitForTurn(std::unique_lock<std::mutex>& lock, const Bounds& bounds);
  [[noreturn]] void giveUp(Waiter& self, std::unique_lock<std::mutex>& lock, const Bounds& bounds);
  void callNext() noexcept;
  Taken open();
  bool isAlive(Idle& candidate) const;
  bool isTooOld(const Taken& taken) const;
  void tell(PoolEvent::Kind kind, std::chrono::microseconds waited = {}) noexcept;

  const std::shared_ptr<const Backend> backend_;
  const DatabaseUrl url_;
  const DatabaseOptions options_;
  const ConnectionRole role_;
  /// Whether connections age; the clock is not even looked at where they do not.
  const bool hasServer_;
  const bool tellsPool_;
  const std::size_t size_;
  mutable std::mutex mutex_;
  std::vector<Idle> idle_;
  std::deque<Waiter*> waiting_;
  std::size_t free_;  ///< Places that nobody holds nor was called to.
  DatabaseStatistics counters_;
};

/// What a pool does where a server that is lost is waited for, or another one takes its place.
struct Follow {
  /// Told of each unit of work that was stored, with Connection::storedAt(). May be empty.
  std::function<void(std::uint64_t)> stored;
  /// A new connection to the server that takes writes now. Throws Error.
  std::function<std::unique_ptr<Connection>(Clock::time_point until)> connect;
};

class Pool {
 public:
  Pool(std::shared_ptr<const Backend> backend, const DatabaseUrl& url,
       const DatabaseOptions& options);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool();

  /// Whether this process was forked after the pool was made.
  bool isForked() const noexcept;
  /// Throws Error(usage) where it was.
  void checkProcess() const;
  /// Before the first use of the pool.
  void follow(Follow follow) { follow_ = std::move(follow); }
  const Follow& follow() const noexcept { return follow_; }
  std::chrono::milliseconds failoverTimeout() const noexcept { return failoverTimeout_; }
  Lane& lane(ConnectionRole role) {
    return role == ConnectionRole::reader && readers_ ? *readers_ : *writers_;
  }
  const Backend& backend() const noexcept { return *backend_; }
  Observer* observer() const noexcept { return observer_.get(); }
  bool measuresUnits() const noexcept { return measuresUnits_; }
  void addTo(DatabaseStatistics& statistics) const;

  std::atomic<std::uint64_t> commits{0}, rollbacks{0};

 private:
  const unsigned generation_;  ///< Of the process, counted in forks.
  const std::shared_ptr<const Backend> backend_;
  const std::shared_ptr<Observer> observer_;
  const bool measuresUnits_;  ///< The observer wants every unit's duration.
  const std::chrono::milliseconds failoverTimeout_;
  Follow follow_;
  std::unique_ptr<Lane> writers_;
  std::unique_ptr<Lane> readers_;
};

/// A connection out of the pool, in a transaction; rolled back and given back by the destructor.
class Lease {
 public:
  Lease(std::shared_ptr<Pool> pool, ConnectionRole role, Bounds bounds, std::string user);
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease();

  Connection& connection() { return *taken_.connection; }
  const Backend& backend() const noexcept { return pool_->backend(); }
  const Bounds& bounds() const noexcept { return bounds_; }
  /// Whether the connection turned out to be dead although the pool had it.
  bool wasStale() noexcept { return taken_.reused && !connection().isUsable(); }
  void started() noexcept;
  void commit();
  /// The transaction could not be begun.
  void failed(const Error& error) noexcept;
  void committed() noexcept;
  void unknown() noexcept { outcome_ = UnitEvent::Outcome::unknown; }

 private:
  void tellEnd(const Error* error = nullptr) noexcept;
  /// After a connection that was lost during the commit: whether the work is stored; nothing where
  /// nobody can tell in time.
  std::optional<bool> isStored();

  std::shared_ptr<Pool> pool_;
  Lane& lane_;
  const ConnectionRole role_;
  const Bounds bounds_;
  const std::string user_;
  std::chrono::microseconds poolWait_{};
  Lane::Taken taken_;
  Clock::time_point begun_;
  UnitEvent::Outcome outcome_ = UnitEvent::Outcome::rolledBack;
  bool open_ = false;
  std::optional<std::stop_callback<std::function<void()>>> interrupt_;
};

}  // namespace repot::detail
