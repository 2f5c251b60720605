// See router.hpp; and the router for the usual case, one file or server.
#include "router.hpp"

#include "repot/error.hpp"
#include "servers/several.hpp"

#include <algorithm>

namespace repot::detail {
namespace {

class OneServer final : public Router {
 public:
  OneServer(const std::shared_ptr<const Backend>& backend, const DatabaseUrl& url,
            const DatabaseOptions& options)
      : options_(options), pool_(std::make_shared<Pool>(backend, url, options)) {
    if (!options.failoverTimeout) return;
    pool_->follow({{}, [backend, url, options](Clock::time_point) {
                     return backend->connect(url, options, ConnectionRole::writer);
                   }});
  }

  void open() override {
    const std::size_t wanted =
        pool_->backend().hasServer()
            ? std::clamp<std::size_t>(options_.poolMin, 1,
                                      std::max<std::size_t>(options_.poolSize, 1))
            : 1;
    std::vector<std::unique_ptr<Lease>> first;
    while (first.size() < wanted) {
      first.push_back(
          std::make_unique<Lease>(pool_, ConnectionRole::writer, Bounds{}, std::string()));
    }
  }
  std::unique_ptr<Lease> begin(const Start& start) override {
    if (start.writes) return begunToWrite(pool_, start, options_);
    return begun(pool_, ConnectionRole::reader, start.bounds, start.options.user,
                 [](Connection& connection) {
                   connection.beginRead();
                   return true;
                 });
  }
  std::unique_ptr<Lease> beginSchemaChange(std::chrono::milliseconds wait) override {
    return begunToChangeSchema(pool_, wait);
  }
  DatabaseStatistics statistics() const override {
    DatabaseStatistics statistics;
    statistics.retries = retries;
    pool_->addTo(statistics);
    return statistics;
  }

 private:
  const DatabaseOptions options_;
  const std::shared_ptr<Pool> pool_;
};

}  // namespace

std::unique_ptr<Lease> Router::begunToWrite(const std::shared_ptr<Pool>& pool, const Start& start,
                                            const DatabaseOptions& options) {
  return begun(
      pool, ConnectionRole::writer, start.bounds, start.options.user, [&](Connection& connection) {
        connection.begin(start.options.lock, start.options.isolation.value_or(options.isolation));
        return true;
      });
}

std::unique_ptr<Lease> Router::begunToChangeSchema(const std::shared_ptr<Pool>& pool,
                                                   std::chrono::milliseconds wait) {
  return begun(pool, ConnectionRole::writer, {}, {}, [&](Connection& connection) {
    connection.beginSchemaChange(wait);
    return true;
  });
}

std::shared_ptr<Router> makeRouter(const std::shared_ptr<const Backend>& backend,
                                   const DatabaseUrl& url, const DatabaseOptions& options) {
  std::vector<ServerAddress> servers = backend->servers(url);
  if (servers.empty()) return std::make_shared<OneServer>(backend, url, options);
  return std::make_shared<SeveralServers>(backend, std::move(servers), options);
}

}  // namespace repot::detail
