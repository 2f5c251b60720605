// See watch.hpp.
#include "servers/watch.hpp"

#include "repot/error.hpp"
#include "servers/position.hpp"

#include <algorithm>
#include <utility>

namespace repot::detail {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;

/// What an answer may take, and how old one may be, beyond the time between two questions.
constexpr std::chrono::seconds answerPatience{2};
/// When a commit that nobody waited for is certainly known to have a place.
constexpr std::chrono::seconds placedAfter{1};

}  // namespace

ServerWatch::ServerWatch(std::shared_ptr<const Backend> backend, std::vector<ServerAddress> servers,
                         DatabaseOptions options)
    : backend_(std::move(backend)), options_(std::move(options)) {
  for (ServerAddress& address : servers)
    servers_.push_back(std::make_unique<Server>(std::move(address)));
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    servers_[i]->thread = std::jthread([this, i](const std::stop_token& stop) { watch(stop, i); });
  }
}

ServerWatch::~ServerWatch() {
  for (const auto& server : servers_)
    server->thread.request_stop();
}

void ServerWatch::watch(const std::stop_token& stop, std::size_t index) {
  Server& server = *servers_[index];
  DatabaseOptions options = options_;
  options.observer = nullptr;
  options.failoverTimeout.reset();  // What only units of work need.
  std::unique_ptr<Connection> connection;
  while (!stop.stop_requested()) {
    const auto asked = Clock::now();
    const bool old = connection != nullptr;
    try {
      if (!connection)
        connection = backend_->connect(server.address.url, options, ConnectionRole::reader);
      const auto question = Clock::now();
      connection->setDeadline(question + answerPatience);
      const ServerState state = connection->serverState();
      connection->setDeadline(std::nullopt);  // Or it would end the connection before the next one.
      const std::lock_guard lock(mutex_);
      const auto took = duration_cast<microseconds>(Clock::now() - question);
      server.latency = server.latency.count() == 0 ? took : (server.latency * 7 + took) / 8;
      answered(server, state, question);
    } catch (const Error& error) {
      // Of a server that was restarted, or moved, only the old connection is gone.
      connection.reset();
      if (old && isServerLost(error)) continue;
      unanswered(server, error, asked);
    } catch (const std::exception& thrown) {
      // For want of memory, say: not what a thread that nobody waits for may end the process by.
      connection.reset();
      unanswered(server, Error(ErrorKind::resource, thrown.what()), asked);
    }
    std::unique_lock lock(mutex_);
    changed_.notify_all();
    changed_.wait_for(lock, stop, options_.watchEvery, [&] { return server.wake; });
    server.wake = false;
  }
}

void ServerWatch::unanswered(Server& server, const Error& error, Clock::time_point asked) {
  const std::lock_guard lock(mutex_);
  server.asked = true;
  server.answered = false;
  server.error = error;
  server.when = asked;
}

void ServerWatch::answered(Server& server, const ServerState& state, Clock::time_point asked) {
  server.asked = server.answered = true;
  server.error.reset();
  server.when = asked;
  server.state = state;
  if (state.standby || state.history < history_) return;
  history_ = state.history;
  trail_.add(asked, state.position);
  if (unplacedSince_ && asked >= *unplacedSince_ + placedAfter) {
    unplacedSince_.reset();
    stored_ = std::max(stored_, state.position);
  }
}

bool ServerWatch::isUsable(const Server& server, Clock::time_point now) const {
  return server.answered && server.when >= notBefore_ && server.state.history == history_ &&
         now - server.when < options_.watchEvery + answerPatience;
}

std::optional<std::size_t> ServerWatch::primary(Clock::time_point now) const {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    const Server& server = *servers_[i];
    if (server.state.standby || !isUsable(server, now)) continue;
    // Two ways to one primary.
    if (!found || server.latency < servers_[*found]->latency) found = i;
  }
  return found;
}

std::vector<ServerView> ServerWatch::views(Clock::time_point now) const {
  std::vector<ServerView> all;
  for (const auto& server : servers_) {
    ServerView view;
    view.usable = isUsable(*server, now);
    view.standby = server->state.standby;
    view.near = !options_.region.empty() && server->address.region == options_.region;
    view.position = server->state.position;
    view.latency = server->latency;
    if (const auto staleness = trail_.staleness(view.position, now))
      view.staleness = duration_cast<milliseconds>(*staleness);
    view.catchUp = server->catchUp.estimate();
    all.push_back(view);
  }
  return all;
}

std::string ServerWatch::troubleOf(const Server& server, Clock::time_point now) const {
  if (!server.asked) return "not asked yet";
  if (server.error) return server.error->what();
  if (isUsable(server, now)) return {};
  if (server.state.history < history_) return "it follows a history that a failover has ended";
  if (server.state.history > history_) return "its primary was not seen yet";
  return "it has not answered since it failed";
}

void ServerWatch::giveUp(const char* what, Clock::time_point since) const {
  const auto now = Clock::now();
  std::string message = std::string("no server that ") + what + " within " +
                        std::to_string(duration_cast<milliseconds>(now - since).count()) + " ms:";
  for (const auto& server : servers_) {
    std::string trouble = troubleOf(*server, now);
    if (trouble.empty()) trouble = server->state.standby ? "a standby" : "the primary";
    message += ' ' + server->address.name + ": " + trouble + ';';
  }
  message.pop_back();
  throw Error(ErrorKind::connection, message);
}

template <typename Find>
auto ServerWatch::await(const Bounds& bounds, Clock::time_point until, const char* what,
                        const Find& find) {
  const auto since = Clock::now();
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto now = Clock::now();
    if (auto found = find(now)) return *std::move(found);
    if (now >= until) giveUp(what, since);
    bounds.check();
    // In slices, as the bounds know nothing of this condition.
    changed_.wait_until(lock, std::min(until, now + milliseconds(50)));
  }
}

void ServerWatch::awaitFirst() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    return primary(Clock::now()) || std::all_of(servers_.begin(), servers_.end(),
                                                [](const auto& server) { return server->asked; });
  });
  const bool any = std::any_of(servers_.begin(), servers_.end(),
                               [](const auto& server) { return server->answered; });
  if (!any) throw *servers_.front()->error;
}

std::size_t ServerWatch::awaitPrimary(const Bounds& bounds, Clock::time_point until) {
  return await(bounds, until, "takes writes", [&](Clock::time_point now) { return primary(now); });
}

std::vector<std::size_t> ServerWatch::awaitReadable(const Bounds& bounds, Clock::time_point until,
                                                    const ReadDemand& demand) {
  return await(bounds, until, "is fresh enough to be read from", [&](Clock::time_point now) {
    auto order = readOrder(views(now), demand, turn_++);
    return order.empty() ? std::nullopt : std::optional(std::move(order));
  });
}

void ServerWatch::lookAnew() {
  const std::lock_guard lock(mutex_);
  notBefore_ = Clock::now();
  for (const auto& server : servers_)
    server->wake = true;
  changed_.notify_all();
}

void ServerWatch::failed(std::size_t index, const Error& error) {
  const std::lock_guard lock(mutex_);
  Server& server = *servers_[index];
  server.answered = false;
  server.error = error;
  // Another one may have taken its place.
  for (const auto& each : servers_)
    each->wake = true;
  changed_.notify_all();
}

void ServerWatch::reached(std::size_t index, std::uint64_t position, std::uint64_t wanted,
                          std::optional<Clock::duration> age) {
  const std::lock_guard lock(mutex_);
  Server& server = *servers_[index];
  server.state.position = std::max(server.state.position, position);
  if (!age) return;
  if (position >= wanted) {
    server.catchUp.succeeded();
  } else {
    server.catchUp.failed(duration_cast<microseconds>(*age));
  }
}

void ServerWatch::begun(std::size_t index, bool writes) {
  const std::lock_guard lock(mutex_);
  ++(writes ? servers_[index]->writes : servers_[index]->reads);
}

void ServerWatch::stored(std::uint64_t position) {
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  if (position == 0) {
    unplacedSince_ = now;
  } else if (position > stored_) {
    stored_ = position;
    storedWhen_ = now;
  }
}

ServerWatch::Stored ServerWatch::lastStored() const {
  const std::lock_guard lock(mutex_);
  return {stored_, Clock::now() - storedWhen_, !unplacedSince_};
}

bool ServerWatch::isStandby(std::size_t server) const {
  const std::lock_guard lock(mutex_);
  return servers_[server]->state.standby;
}

std::vector<ServerStatus> ServerWatch::status() const {
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  const std::vector<ServerView> seen = views(now);
  std::vector<ServerStatus> all;
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    const Server& server = *servers_[i];
    ServerStatus status;
    status.name = server.address.name;
    status.region = server.address.region;
    if (server.asked && server.when != Clock::time_point() && server.state.history != 0) {
      status.role =
          server.state.standby ? ServerStatus::Role::standby : ServerStatus::Role::primary;
    }
    status.usable = seen[i].usable;
    status.trouble = troubleOf(server, now);
    status.latency = server.latency;
    status.position = positionText(server.state.position);
    if (server.state.standby) status.staleness = seen[i].staleness;
    status.reads = server.reads;
    status.writes = server.writes;
    all.push_back(std::move(status));
  }
  return all;
}

}  // namespace repot::detail
