// Where units of work begin: at the one file or server that a URL names, or at one of several
// servers.
#pragma once

#include "pool.hpp"
#include "repot/servers.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace repot::detail {

/// A begin of a unit of work.
struct Start {
  bool writes = false;
  bool again = false;  ///< It ran before, and failed.
  const UnitOptions& options;
  const Bounds& bounds;
};

/// Thread-safe.
class Router {
 public:
  Router() = default;
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;
  virtual ~Router() = default;

  /// Finds out that the URL is right, and makes the connections that the pool is to keep.
  virtual void open() = 0;
  /// A lease whose transaction has begun.
  virtual std::unique_ptr<Lease> begin(const Start& start) = 0;
  virtual std::unique_ptr<Lease> beginSchemaChange(std::chrono::milliseconds wait) = 0;
  /// A server was lost, or writes no longer: nothing known of it counts any more.
  virtual void lookAnew() {}
  /// After which every read sees what this process has stored.
  virtual std::string position() const { return {}; }
  virtual DatabaseStatistics statistics() const = 0;
  virtual std::vector<ServerStatus> servers() const { return {}; }

  std::atomic<std::uint64_t> retries{0};

 protected:
  /// A lease of `pool` whose transaction `begin` has begun; null where that returns false. A server
  /// that restarted has closed the connections that waited in the pool; nothing of the unit has run
  /// on them, so the next one is tried.
  template <typename Begin>
  static std::unique_ptr<Lease> begun(const std::shared_ptr<Pool>& pool, ConnectionRole role,
                                      const Bounds& bounds, const std::string& user,
                                      const Begin& begin) {
    for (;;) {
      auto lease = std::make_unique<Lease>(pool, role, bounds, user);
      lease->bounds().check();
      try {
        if (!begin(lease->connection())) return nullptr;
      } catch (const Error& error) {
        if (error.kind() == ErrorKind::connection && lease->wasStale()) continue;
        lease->failed(error);
        throw;
      }
      lease->started();
      return lease;
    }
  }
  /// As above, of a unit of work that writes.
  static std::unique_ptr<Lease> begunToWrite(const std::shared_ptr<Pool>& pool, const Start& start,
                                             const DatabaseOptions& options);
  static std::unique_ptr<Lease> begunToChangeSchema(const std::shared_ptr<Pool>& pool,
                                                    std::chrono::milliseconds wait);
};

/// For what `url` names.
std::shared_ptr<Router> makeRouter(const std::shared_ptr<const Backend>& backend,
                                   const DatabaseUrl& url, const DatabaseOptions& options);

}  // namespace repot::detail
