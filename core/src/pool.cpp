// The pool of connections; see pool.hpp.
#include "pool.hpp"

#include "repot/error.hpp"

#include <algorithm>

namespace repot::detail {

Lane::Lane(std::shared_ptr<const Backend> backend, DatabaseUrl url, DatabaseOptions options,
           ConnectionRole role, std::size_t size)
    : backend_(std::move(backend)),
      url_(std::move(url)),
      options_(options),
      role_(role),
      free_(size) {}

void Lane::callNext() noexcept {
  if (free_ == 0) return;
  if (waiting_.empty()) return;
  Waiter* next = waiting_.front();
  waiting_.pop_front();
  --free_;  // The place is the called one's from now on, so that nobody can overtake it.
  next->called = true;
  next->ready.notify_one();
}

void Lane::waitForTurn(std::unique_lock<std::mutex>& lock) {
  if (free_ > 0 && waiting_.empty()) {
    --free_;
    return;
  }
  Waiter self;
  waiting_.push_back(&self);
  if (self.ready.wait_for(lock, options_.poolTimeout, [&] { return self.called; })) return;
  waiting_.erase(std::find(waiting_.begin(), waiting_.end(), &self));
  throw Error(ErrorKind::timeout,
              "no free connection to " + url_.toString() + " within " +
                  std::to_string(options_.poolTimeout.count()) +
                  " ms; end units of work sooner, or raise repot_pool_size or repot_pool_timeout");
}

std::unique_ptr<Connection> Lane::take() {
  {
    std::unique_lock lock(mutex_);
    waitForTurn(lock);
    while (!idle_.empty()) {
      Idle candidate = std::move(idle_.back());
      idle_.pop_back();
      lock.unlock();
      const bool rested = std::chrono::steady_clock::now() - candidate.since > options_.pingAfter;
      if (candidate.connection->isUsable() && (!rested || candidate.connection->ping())) {
        return std::move(candidate.connection);
      }
      candidate.connection.reset();
      lock.lock();
    }
  }
  try {
    return backend_->connect(url_, options_, role_);
  } catch (...) {
    giveBack(nullptr);
    throw;
  }
}

void Lane::giveBack(std::unique_ptr<Connection> connection) noexcept {
  if (connection && !connection->isUsable()) connection.reset();
  const std::lock_guard lock(mutex_);
  // idle_ never holds more than the lane's size, reserved by the first growth; no failure here.
  if (connection) idle_.push_back({std::move(connection), std::chrono::steady_clock::now()});
  ++free_;
  callNext();
}

Pool::Pool(std::shared_ptr<const Backend> backend, const DatabaseUrl& url,
           const DatabaseOptions& options) {
  const PoolShape shape = backend->poolShape(url, options);
  writers_ = std::make_unique<Lane>(backend, url, options, ConnectionRole::writer,
                                    shape.shared ? shape.size : 1);
  if (!shape.shared) {
    readers_ = std::make_unique<Lane>(backend, url, options, ConnectionRole::reader, shape.size);
  }
}

Lease::Lease(std::shared_ptr<Pool> pool, ConnectionRole role)
    : pool_(std::move(pool)), lane_(pool_->lane(role)), connection_(lane_.take()) {}

Lease::~Lease() {
  if (open_) connection_->rollback();
  lane_.giveBack(std::move(connection_));
}

}  // namespace repot::detail
