// Ends waits for answers that do not come: TCP notices a dead machine or network, but not a proxy
// or a pooler that keeps the connection and forwards nothing any more.
#pragma once

#include <repot/url.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace repot::postgresql {

/// A session that may be watched. Every BulkConnection has one.
/// Thread-safety: one thread waits at a time; the watch looks from its own.
class WatchedSession {
 public:
  WatchedSession();
  ~WatchedSession();
  WatchedSession(const WatchedSession&) = delete;
  WatchedSession& operator=(const WatchedSession&) = delete;

  /// From now on. `backend` is the server's process, as pg_backend_pid() tells it. The socket must
  /// stay open until the session is destroyed or forget() is called.
  void watch(int socket, int backend);
  /// The same by the server's answer to `backendSql`. A session with a standby is left alone: the
  /// watch asks the primary, which does not know it.
  void watchBy(int socket, const std::string& answer);
  static constexpr const char* backendSql =
      "SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN 0 ELSE pg_catalog.pg_backend_pid() END";
  void forget();

  /// While it lives, its thread waits for the server.
  class Wait {
   public:
    explicit Wait(WatchedSession& session);
    ~Wait() { session_.since_ = 0; }
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

   private:
    WatchedSession& session_;
  };

 private:
  friend class SilenceWatch;
  int socket_ = -1;
  int backend_ = 0;
  std::atomic<std::int64_t> since_{0};  ///< Of the steady clock; 0: nobody waits.
};

/// Looks after all sessions of the process. Where one waits for longer than `patience`, and the
/// server, asked by a session of its own, says twice that it is not at work for that session, or
/// cannot be asked at all, the session's socket is shut down: the wait then ends as after any loss
/// of the connection. However long the server works, that alone ends nothing.
class SilenceWatch {
 public:
  SilenceWatch(DatabaseUrl url, std::chrono::milliseconds patience);
  ~SilenceWatch();
  SilenceWatch(const SilenceWatch&) = delete;
  SilenceWatch& operator=(const SilenceWatch&) = delete;

  /// Whether there is one: then sessions are to be told their backend.
  static bool active() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace repot::postgresql
