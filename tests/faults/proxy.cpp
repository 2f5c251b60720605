// One thread a connection, which polls both sides; see proxy.hpp.
#include "proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

namespace repot::test {
namespace {

constexpr int pollMs = 20;

/// A close that sends a reset in place of an end.
void closeByReset(int socket) {
  const linger now{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(socket);
}

bool sendAll(int socket, std::string_view data) {
  while (!data.empty()) {
    const ssize_t sent = ::send(socket, data.data(), data.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    data.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

struct Proxy::Link {
  int client = -1, server = -1;
  std::int64_t clientBytes = 0, serverBytes = 0;
  std::string tail;  ///< The client's last bytes, as a text may lie across two chunks.
  bool swallowing = false;
  bool stalled = false;

  void close(bool byReset) {
    for (int* socket : {&client, &server}) {
      if (*socket < 0) continue;
      byReset ? closeByReset(*socket) : static_cast<void>(::close(*socket));
      *socket = -1;
    }
  }
};

Proxy::Proxy(std::string path) : path_(std::move(path)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, any, size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, any, &size) != 0) {
    throw std::runtime_error("the proxy cannot listen");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::jthread([this] { accept(); });
}

Proxy::~Proxy() {
  stopping_ = true;
  acceptor_.join();
  threads_.clear();
  ::close(listener_);
}

void Proxy::arm(NetworkFault fault) {
  const std::lock_guard lock(mutex_);
  fault_ = std::move(fault);
  fired_ = false;
}

void Proxy::disarm() {
  const std::lock_guard lock(mutex_);
  fault_.reset();
}

void Proxy::down() {
  down_ = true;
}

void Proxy::resume() {
  down_ = false;
}

void Proxy::accept() {
  while (!stopping_) {
    pollfd ready{listener_, POLLIN, 0};
    if (::poll(&ready, 1, pollMs) <= 0) continue;
    auto link = std::make_shared<Link>();
    link->client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.data(),
                std::min(path_.size(), sizeof address.sun_path - 1));
    link->server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (down_ || link->client < 0 ||
        ::connect(link->server, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      link->close(true);
      continue;
    }
    const int noDelay = 1;
    ::setsockopt(link->client, IPPROTO_TCP, TCP_NODELAY, &noDelay, sizeof noDelay);
    threads_.emplace_back([this, link] { serve(link); });
  }
}

void Proxy::serve(const std::shared_ptr<Link>& link) {
  std::array<char, 16384> buffer;
  while (!stopping_ && link->client >= 0) {
    if (down_) return link->close(false);
    std::array<pollfd, 2> ready{pollfd{link->client, POLLIN, 0}, pollfd{link->server, POLLIN, 0}};
    if (link->stalled) {
      ::usleep(pollMs * 1000);
      continue;
    }
    if (::poll(ready.data(), ready.size(), pollMs) <= 0) continue;
    for (std::size_t side = 0; side < 2; ++side) {
      if (ready[side].revents == 0) continue;
      const ssize_t got = ::recv(ready[side].fd, buffer.data(), buffer.size(), 0);
      if (got <= 0) return link->close(false);
      if (!forward(*link, side == 0, {buffer.data(), static_cast<std::size_t>(got)})) return;
      if (link->stalled) break;
    }
  }
  link->close(false);
}

std::optional<std::size_t> Proxy::faultIn(Link& link, bool fromClient, std::string_view chunk) {
  const std::int64_t before = fromClient ? link.clientBytes : link.serverBytes;
  const auto& limit = fromClient ? fault_->afterClientBytes : fault_->afterServerBytes;
  if (limit && before + static_cast<std::int64_t>(chunk.size()) > *limit)
    return static_cast<std::size_t>(std::max<std::int64_t>(0, *limit - before));
  if (!fromClient || fault_->atText.empty()) return std::nullopt;
  const std::string seen = link.tail + std::string(chunk);
  link.tail = seen.substr(seen.size() - std::min(seen.size(), fault_->atText.size()));
  if (seen.find(fault_->atText) == seen.npos) return std::nullopt;
  return 0;
}

bool Proxy::happen(Link& link, NetworkFault::Kind kind) {
  fired_ = true;
  switch (kind) {
    case NetworkFault::Kind::cut:
      link.close(false);
      return false;
    case NetworkFault::Kind::reset:
      link.close(true);
      return false;
    case NetworkFault::Kind::stall:
      link.stalled = true;
      return true;
    case NetworkFault::Kind::swallow:
      link.swallowing = true;
      return true;
  }
  return false;
}

bool Proxy::forward(Link& link, bool fromClient, std::string_view chunk) {
  if (link.swallowing && !fromClient) {
    // The server has answered, so what was asked is done; nobody hears of it.
    link.close(true);
    return false;
  }
  std::optional<NetworkFault::Kind> kind;
  std::size_t passes = chunk.size();
  {
    const std::lock_guard lock(mutex_);
    if (fault_) {
      if (const auto some = faultIn(link, fromClient, chunk)) {
        kind = fault_->kind;
        fault_.reset();
        if (kind != NetworkFault::Kind::swallow) passes = *some;
      }
    }
  }
  (fromClient ? link.clientBytes : link.serverBytes) += static_cast<std::int64_t>(passes);
  (fromClient ? clientBytes_ : serverBytes_) += static_cast<std::int64_t>(passes);
  if (kind == NetworkFault::Kind::swallow) happen(link, *kind);
  if (!sendAll(fromClient ? link.server : link.client, chunk.substr(0, passes))) {
    link.close(false);
    return false;
  }
  return !kind || kind == NetworkFault::Kind::swallow || happen(link, *kind);
}

}  // namespace repot::test
