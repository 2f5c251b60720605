// A primary and its standbys, of a test's own, which may be crashed, promoted and made anew.
#pragma once

#include "support/test_database.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace repot::test {

class Cluster {
 public:
  /// Every standby streams; `synchronous`: a commit waits for one of them.
  Cluster(std::size_t standbys, bool synchronous);
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  std::size_t size() const { return urls_.size(); }
  /// Of all servers, with `options` ("repot_pool_size=2&…").
  std::string url(const std::string& options = {}) const;
  /// Of one.
  const std::string& urlOf(std::size_t server) const { return urls_[server]; }
  std::size_t primary() const { return primary_; }

  /// Kills the primary without a goodbye.
  void crashPrimary();
  /// Promotes the standby that has most, lets the others follow it, and makes the old primary a
  /// standby of it. The moment at which the others were told.
  std::chrono::steady_clock::time_point failOver();
  /// The parts of it.
  std::size_t promoteBest();
  void rebuild(std::size_t server);
  /// Starts a crashed server as it was.
  void resume(std::size_t server);
  void halt(std::size_t server);
  /// By psql, a way of its own.
  std::string ask(std::size_t server, const std::string& sql) const;
  void waitUntil(std::size_t server, const std::string& condition) const;

 private:
  std::string folder(std::size_t server) const;

  ScratchFolder folder_;
  std::vector<std::string> urls_;
  std::size_t primary_ = 0;
};

}  // namespace repot::test
