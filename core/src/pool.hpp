// The pool of connections: a fair queue before one lane of connections, or before two where the
// backend wants a single writer.
#pragma once

#include "repot/backend.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace repot::detail {

/// Connections of one role, handed out in the order of asking (first come, first served).
class Lane {
 public:
  Lane(std::shared_ptr<const Backend> backend, DatabaseUrl url, DatabaseOptions options,
       ConnectionRole role, std::size_t size);

  /// Waits for a connection that works. Throws Error(timeout) after poolTimeout.
  std::unique_ptr<Connection> take();
  /// Takes a connection back; nullptr frees the place of one that was dropped.
  void giveBack(std::unique_ptr<Connection> connection) noexcept;

 private:
  struct Idle {
    std::unique_ptr<Connection> connection;
    std::chrono::steady_clock::time_point since;
  };
  struct Waiter {
    std::condition_variable ready;
    bool called = false;
  };

  void waitForTurn(std::unique_lock<std::mutex>& lock);
  void callNext() noexcept;

  const std::shared_ptr<const Backend> backend_;
  const DatabaseUrl url_;
  const DatabaseOptions options_;
  const ConnectionRole role_;
  std::mutex mutex_;
  std::vector<Idle> idle_;
  std::deque<Waiter*> waiting_;
  std::size_t free_;  ///< Places that nobody holds nor was called to.
};

class Pool {
 public:
  Pool(std::shared_ptr<const Backend> backend, const DatabaseUrl& url,
       const DatabaseOptions& options);
  Lane& lane(ConnectionRole role) {
    return role == ConnectionRole::reader && readers_ ? *readers_ : *writers_;
  }

 private:
  std::unique_ptr<Lane> writers_;
  std::unique_ptr<Lane> readers_;
};

/// A connection out of the pool, in a transaction; rolled back and given back by the destructor.
class Lease {
 public:
  Lease(std::shared_ptr<Pool> pool, ConnectionRole role);
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease();

  Connection& connection() { return *connection_; }
  void ended() noexcept { open_ = false; }
  void started() noexcept { open_ = true; }

 private:
  std::shared_ptr<Pool> pool_;
  Lane& lane_;
  std::unique_ptr<Connection> connection_;
  bool open_ = false;
};

}  // namespace repot::detail
