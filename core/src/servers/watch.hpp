// Asks several servers again and again how they are, each by a thread and a connection of its own,
// as one that does not answer must not keep the others from being seen.
#pragma once

#include "pool.hpp"
#include "repot/servers.hpp"
#include "servers/choice.hpp"
#include "servers/freshness.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace repot::detail {

/// Thread-safe; of no use in a forked child, where its threads are not.
class ServerWatch {
 public:
  ServerWatch(std::shared_ptr<const Backend> backend, std::vector<ServerAddress> servers,
              DatabaseOptions options);
  ~ServerWatch();
  ServerWatch(const ServerWatch&) = delete;
  ServerWatch& operator=(const ServerWatch&) = delete;

  /// Waits until there is a primary, or every server was asked once. Throws the Error of the first
  /// where none answered.
  void awaitFirst();
  /// Throws Error(connection) where there is no primary by then.
  std::size_t awaitPrimary(const Bounds& bounds, Clock::time_point until);
  /// In the order in which they should be tried; waits for one like that.
  std::vector<std::size_t> awaitReadable(const Bounds& bounds, Clock::time_point until,
                                         const ReadDemand& demand);
  /// What was known until now does not count any more.
  void lookAnew();

  /// A connection to `server` was lost, or not to be had.
  void failed(std::size_t server, const Error& error);
  /// A standby was asked for `position`, which is stored for `age`.
  void reached(std::size_t server, std::uint64_t position, std::uint64_t wanted,
               std::optional<Clock::duration> age);
  void begun(std::size_t server, bool writes);
  /// A unit of work was stored up to there; 0: somewhere.
  void stored(std::uint64_t position);

  struct Stored {
    std::uint64_t position = 0;
    std::optional<Clock::duration> age;
    bool placed = true;  ///< False: only the primary has it for sure.
  };
  Stored lastStored() const;
  const ServerAddress& address(std::size_t server) const { return servers_[server]->address; }
  bool isStandby(std::size_t server) const;
  std::vector<ServerStatus> status() const;

 private:
  struct Server {
    explicit Server(ServerAddress which) : address(std::move(which)) {}
    const ServerAddress address;
    bool asked = false;     ///< At least once, whatever came of it.
    bool answered = false;  ///< The last time.
    Clock::time_point when{};
    ServerState state;
    std::chrono::microseconds latency{0};
    std::optional<Error> error;
    CatchUp catchUp;
    std::uint64_t reads = 0, writes = 0;
    bool wake = false;
    std::jthread thread;
  };

  void watch(const std::stop_token& stop, std::size_t index);
  void unanswered(Server& server, const Error& error, Clock::time_point asked);
  void answered(Server& server, const ServerState& state, Clock::time_point asked);
  bool isUsable(const Server& server, Clock::time_point now) const;
  std::string troubleOf(const Server& server, Clock::time_point now) const;
  std::optional<std::size_t> primary(Clock::time_point now) const;
  std::vector<ServerView> views(Clock::time_point now) const;
  [[noreturn]] void giveUp(const char* what, Clock::time_point since) const;
  /// Waits for `found` to find something, with the mutex held.
  template <typename Find>
  auto await(const Bounds& bounds, Clock::time_point until, const char* what, const Find& find);

  const std::shared_ptr<const Backend> backend_;
  const DatabaseOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;  ///< What is known; or a thread is woken.
  PrimaryTrail trail_;
  std::uint64_t history_ = 0;  ///< The latest of a primary; what has an earlier one is the past.
  Clock::time_point notBefore_{};
  std::size_t turn_ = 0;
  std::uint64_t stored_ = 0;
  Clock::time_point storedWhen_{};
  std::optional<Clock::time_point> unplacedSince_;
  std::vector<std::unique_ptr<Server>> servers_;  ///< The last, so that the threads end first.
};

}  // namespace repot::detail
