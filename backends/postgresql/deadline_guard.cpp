// One thread for all guards of the process, which sleeps until the nearest moment; see
// deadline_guard.hpp.
#include "postgresql/deadline_guard.hpp"

#include <repot/error.hpp>

#include <fcntl.h>
#include <libpq-events.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace repot::postgresql {

class DeadlineWatch {
 public:
  /// The process's own: a thread does not survive fork().
  static DeadlineWatch& instance() {
    static std::mutex mutex;
    static DeadlineWatch* watch = nullptr;
    const std::lock_guard lock(mutex);
    if (watch == nullptr || watch->process_ != ::getpid()) watch = new DeadlineWatch();
    return *watch;
  }

  void set(DeadlineGuard& guard, DeadlineGuard::Moment moment) {
    const std::lock_guard lock(mutex_);
    moments_[&guard] = moment;
    changed_.notify_one();
  }
  void remove(DeadlineGuard& guard) {
    const std::lock_guard lock(mutex_);
    moments_.erase(&guard);
  }

 private:
  /// Never ended and never destroyed: guards of static connections may outlive any order of
  /// destruction.
  DeadlineWatch() {
    std::thread([this] { watch(); }).detach();
  }

  [[noreturn]] void watch() {
    std::unique_lock lock(mutex_);
    for (;;) {
      auto nearest = moments_.end();
      for (auto at = moments_.begin(); at != moments_.end(); ++at) {
        if (nearest == moments_.end() || at->second < nearest->second) nearest = at;
      }
      if (nearest == moments_.end()) {
        changed_.wait(lock);
      } else if (nearest->second > std::chrono::steady_clock::now()) {
        // A copy, as the entry may go while this waits.
        const DeadlineGuard::Moment moment = nearest->second;
        changed_.wait_until(lock, moment);
      } else {
        // Under the lock, so that the guard, and with it the socket, is still there.
        nearest->first->fire();
        moments_.erase(nearest);
      }
    }
  }

  const pid_t process_ = ::getpid();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<DeadlineGuard*, DeadlineGuard::Moment> moments_;
};

namespace {

/// libpq keeps a pointer for whoever listens to its events; nothing is done at any.
int listen(PGEventId, void*, void*) {
  return 1;
}

}  // namespace

DeadlineGuard::DeadlineGuard(PGconn* connection)
    : socket_(::fcntl(PQsocket(connection), F_DUPFD_CLOEXEC, 0)) {
  if (socket_ < 0 || PQregisterEventProc(connection, listen, "repot", nullptr) == 0 ||
      PQsetInstanceData(connection, listen, this) == 0) {
    if (socket_ >= 0) ::close(socket_);
    throw Error(ErrorKind::resource, "no more file descriptors or memory for a connection");
  }
}

DeadlineGuard::~DeadlineGuard() {
  set(std::nullopt);
  ::close(socket_);
}

void DeadlineGuard::set(std::optional<Moment> moment) {
  if (moment) {
    watched_ = true;
    DeadlineWatch::instance().set(*this, *moment);
  } else if (watched_.exchange(false)) {
    DeadlineWatch::instance().remove(*this);
  }
}

void DeadlineGuard::fire() noexcept {
  fired_ = true;
  ::shutdown(socket_, SHUT_RDWR);
}

bool DeadlineGuard::firedFor(const PGconn* connection) noexcept {
  const auto* const guard = static_cast<const DeadlineGuard*>(PQinstanceData(connection, listen));
  return guard != nullptr && guard->fired();
}

}  // namespace repot::postgresql
