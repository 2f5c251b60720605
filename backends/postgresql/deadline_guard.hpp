// Ends the wait for a server that says nothing. A server keeps its own deadlines
// (statement_timeout), but behind a dead network nobody hears of them, and libpq's calls wait as
// long as TCP does.
#pragma once

#include <libpq-fe.h>

#include <atomic>
#include <chrono>
#include <optional>

namespace repot::postgresql {

/// Shuts the connection's socket down once a moment has passed, whoever is waiting for it. The
/// calls then fail as after any loss of the connection, and errorOf() makes a timeout of it.
/// Thread-safe.
class DeadlineGuard {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  explicit DeadlineGuard(PGconn* connection);
  ~DeadlineGuard();
  DeadlineGuard(const DeadlineGuard&) = delete;
  DeadlineGuard& operator=(const DeadlineGuard&) = delete;

  /// In place of the moment before; nothing: no bound.
  void set(std::optional<Moment> moment);
  /// Whether it has shut down its connection.
  bool fired() const noexcept { return fired_; }
  /// Whether a guard has shut down `connection`.
  static bool firedFor(const PGconn* connection) noexcept;

 private:
  friend class DeadlineWatch;
  void fire() noexcept;

  /// The socket by a number of its own: libpq's may be closed and given to somebody else.
  const int socket_;
  std::atomic<bool> fired_{false}, watched_{false};
};

}  // namespace repot::postgresql
