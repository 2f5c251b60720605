// A PostgreSQL server of the test's own, which may be stopped and killed.
#pragma once

#include "support/test_database.hpp"

#include <string>

namespace repot::test {

class Server {
 public:
  /// By tests/support/pg_throwaway. Throws std::runtime_error where it does not start.
  Server();
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// By its Unix socket.
  std::string url() const { return url_; }
  std::string socketPath() const;
  /// The same over a TCP port, such as a proxy's.
  std::string urlAt(std::uint16_t port) const;
  /// As a power cut would: no goodbye, no checkpoint.
  void crash();
  /// An orderly stop that ends all sessions.
  void halt();
  void resume();
  /// By psql, a way of its own.
  std::string ask(const std::string& sql) const;

 private:
  ScratchFolder folder_;
  std::string url_;
};

}  // namespace repot::test
