// See several.hpp.
#include "servers/several.hpp"

#include "forks.hpp"
#include "repot/error.hpp"
#include "servers/position.hpp"
#include "servers/watch.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace repot {

std::string_view toString(ServerStatus::Role role) noexcept {
  switch (role) {
    case ServerStatus::Role::primary:
      return "primary";
    case ServerStatus::Role::standby:
      return "standby";
    case ServerStatus::Role::unknown:
      break;
  }
  return "unknown";
}

}  // namespace repot

namespace repot::detail {

SeveralServers::SeveralServers(std::shared_ptr<const Backend> backend,
                               std::vector<ServerAddress> servers, const DatabaseOptions& options)
    : options_(options) {
  for (const ServerAddress& server : servers)
    pools_.push_back(std::make_shared<Pool>(backend, server.url, options));
  watch_ = std::make_unique<ServerWatch>(backend, std::move(servers), options);
  for (const auto& pool : pools_) {
    pool->follow({[watch = watch_.get()](std::uint64_t position) { watch->stored(position); },
                  [watch = watch_.get(), backend, options](Clock::time_point until) {
                    watch->lookAnew();
                    const std::size_t primary = watch->awaitPrimary({}, until);
                    return backend->connect(watch->address(primary).url, options,
                                            ConnectionRole::writer);
                  }});
  }
}

SeveralServers::~SeveralServers() {
  // Its threads are the parent's, and so is whoever waits for them.
  if (pools_.front()->isForked()) static_cast<void>(watch_.release());
}

void SeveralServers::open() {
  watch_->awaitFirst();
  // Where there is no primary now, units of work will wait for one.
  const auto all = servers();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i].usable || all[i].role != ServerStatus::Role::primary) continue;
    std::vector<std::unique_ptr<Lease>> first;
    const std::size_t size = std::max<std::size_t>(options_.poolSize, 1);
    while (first.size() < std::clamp<std::size_t>(options_.poolMin, 1, size)) {
      first.push_back(
          std::make_unique<Lease>(pools_[i], ConnectionRole::writer, Bounds{}, std::string()));
    }
    return;
  }
}

std::unique_ptr<Lease> SeveralServers::begin(const Start& start) {
  pools_.front()->checkProcess();
  if (!start.writes) return beginRead(start);
  return onPrimary(start.bounds, [&](const std::shared_ptr<Pool>& pool) {
    return begunToWrite(pool, start, options_);
  });
}

std::unique_ptr<Lease> SeveralServers::beginSchemaChange(std::chrono::milliseconds wait) {
  pools_.front()->checkProcess();
  return onPrimary(
      {}, [&](const std::shared_ptr<Pool>& pool) { return begunToChangeSchema(pool, wait); });
}

template <typename Begin>
std::unique_ptr<Lease> SeveralServers::onPrimary(const Bounds& bounds, const Begin& begin) {
  const auto until = Clock::now() + *options_.failoverTimeout;
  for (;;) {
    const std::size_t primary = watch_->awaitPrimary(bounds, until);
    try {
      auto lease = begin(pools_[primary]);
      watch_->begun(primary, true);
      return lease;
    } catch (const Error& error) {
      if (!isServerLost(error) || Clock::now() >= until) throw;
      watch_->failed(primary, error);
    }
  }
}

std::unique_ptr<Lease> SeveralServers::tryRead(std::size_t server, const Start& start,
                                               std::optional<std::uint64_t> position) {
  ServerState state;
  auto lease = begun(pools_[server], ConnectionRole::reader, start.bounds, start.options.user,
                     [&](Connection& connection) {
                       state = connection.beginReadOn(position);
                       return state.suits(position);
                     });
  if (state.standby != position.has_value())
    throw Error(ErrorKind::connection, "the server has another role than it had a moment ago");
  if (position) {
    const auto stored = watch_->lastStored();
    watch_->reached(server, state.position, *position,
                    stored.position == *position ? stored.age : std::nullopt);
  }
  return lease;
}

std::unique_ptr<Lease> SeveralServers::beginRead(const Start& start) {
  ReadDemand demand;
  demand.from = options_.readFrom;
  demand.maxStaleness = start.options.maxStaleness.value_or(options_.maxStaleness);
  demand.again = start.again;
  if (start.options.after) {
    demand.position = parsePosition(*start.options.after);
  } else {
    const auto stored = watch_->lastStored();
    demand.position = stored.position;
    demand.age = std::chrono::duration_cast<std::chrono::microseconds>(*stored.age);
    if (!stored.placed) demand.from = ReadFrom::primary;
  }
  const auto until = Clock::now() + *options_.failoverTimeout;
  for (;;) {
    for (const std::size_t server : watch_->awaitReadable(start.bounds, until, demand)) {
      try {
        auto lease =
            tryRead(server, start,
                    watch_->isStandby(server) ? std::optional(demand.position) : std::nullopt);
        if (!lease) continue;
        watch_->begun(server, false);
        return lease;
      } catch (const Error& error) {
        if (!isServerLost(error) || Clock::now() >= until) throw;
        watch_->failed(server, error);
      }
    }
    // The standbys that are left have not caught up, and the primary is not there.
    if (Clock::now() >= until) demand.from = ReadFrom::primary;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

void SeveralServers::lookAnew() {
  watch_->lookAnew();
}

std::string SeveralServers::position() const {
  pools_.front()->checkProcess();
  const auto stored = watch_->lastStored();
  // What nobody has reached is read from the primary.
  return positionText(stored.placed ? stored.position : std::numeric_limits<std::uint64_t>::max());
}

DatabaseStatistics SeveralServers::statistics() const {
  DatabaseStatistics statistics;
  statistics.retries = retries;
  for (const auto& pool : pools_)
    pool->addTo(statistics);
  return statistics;
}

std::vector<ServerStatus> SeveralServers::servers() const {
  pools_.front()->checkProcess();
  return watch_->status();
}

}  // namespace repot::detail
