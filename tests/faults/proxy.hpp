// A network that fails: a TCP proxy inside the test process, before a server's socket, that cuts,
// resets or stalls a connection at a chosen byte or at a chosen message.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace repot::test {

struct NetworkFault {
  enum class Kind {
    cut,      ///< Both sides see the end of the connection.
    reset,    ///< Both sides see a reset.
    stall,    ///< Nothing more arrives, and nobody is told.
    swallow,  ///< The server gets and answers what comes; the answers are lost, then a reset.
  };
  Kind kind = Kind::cut;
  /// After so many bytes of the client's, or of the server's.
  std::optional<std::int64_t> afterClientBytes, afterServerBytes;
  /// Once the client sends this; swallow lets it pass, the others do not.
  std::string atText;
};

/// Thread-safe. Connections are independent of each other; a fault hits the one that reaches it
/// first, and only that.
class Proxy {
 public:
  /// Forwards to the Unix socket at `path`.
  explicit Proxy(std::string path);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  std::uint16_t port() const noexcept { return port_; }
  /// The next fault; it replaces one that has not happened.
  void arm(NetworkFault fault);
  void disarm();
  bool fired() const noexcept { return fired_; }
  /// Bytes of all connections so far, the client's and the server's.
  std::int64_t clientBytes() const noexcept { return clientBytes_; }
  std::int64_t serverBytes() const noexcept { return serverBytes_; }
  /// Cuts all connections; new ones are refused until resume().
  void down();
  void resume();

 private:
  struct Link;

  void accept();
  void serve(const std::shared_ptr<Link>& link);
  /// Forwards a chunk; false where the connection ends here.
  bool forward(Link& link, bool fromClient, std::string_view chunk);
  /// What of `chunk` still passes, if the fault happens in it.
  std::optional<std::size_t> faultIn(Link& link, bool fromClient, std::string_view chunk);
  bool happen(Link& link, NetworkFault::Kind kind);

  const std::string path_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false}, down_{false}, fired_{false};
  std::atomic<std::int64_t> clientBytes_{0}, serverBytes_{0};
  std::mutex mutex_;
  std::optional<NetworkFault> fault_;
  std::vector<std::shared_ptr<Link>> links_;
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;
};

}  // namespace repot::test
