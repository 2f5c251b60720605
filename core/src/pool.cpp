// The pool of connections; see pool.hpp.
#include "pool.hpp"

#include "forks.hpp"
#include "repot/error.hpp"

#include <time.h>

#include <algorithm>

namespace repot::detail {

Clock::time_point coarseNow() noexcept {
#ifdef CLOCK_MONOTONIC_COARSE
  timespec now{};
  if (::clock_gettime(CLOCK_MONOTONIC_COARSE, &now) == 0) {
    return Clock::time_point(std::chrono::seconds(now.tv_sec) +
                             std::chrono::nanoseconds(now.tv_nsec));
  }
#endif
  return Clock::now();
}

void Bounds::check() const {
  if (stop.stop_requested()) throw Error(ErrorKind::timeout, "the unit of work was asked to stop");
  if (passed()) throw Error(ErrorKind::timeout, "the deadline of the unit of work has passed");
}

Lane::Lane(std::shared_ptr<const Backend> backend, DatabaseUrl url, DatabaseOptions options,
           ConnectionRole role, std::size_t size)
    : backend_(std::move(backend)),
      url_(std::move(url)),
      options_(std::move(options)),
      role_(role),
      hasServer_(backend_->hasServer()),
      tellsPool_(options_.observer != nullptr && options_.observer->wantsPool()),
      size_(size),
      free_(size) {
  idle_.reserve(size);  // So that giving back cannot fail.
}

void Lane::callNext() noexcept {
  if (free_ == 0) return;
  if (waiting_.empty()) return;
  Waiter* next = waiting_.front();
  waiting_.pop_front();
  --free_;  // The place is the called one's from now on, so that nobody can overtake it.
  next->called = true;
  next->ready.notify_one();
}

std::chrono::microseconds Lane::waitForTurn(std::unique_lock<std::mutex>& lock,
                                            const Bounds& bounds) {
  if (free_ > 0 && waiting_.empty()) {
    --free_;
    return {};
  }
  const auto asked = Clock::now();
  Waiter self;
  waiting_.push_back(&self);
  ++counters_.waits;
  auto until = asked + options_.poolTimeout;
  if (bounds.deadline) until = std::min(until, *bounds.deadline);
  const std::stop_callback wake(bounds.stop, [&] { self.ready.notify_one(); });
  while (!self.called && !bounds.stop.stop_requested()) {
    // In slices, as a stop may come between the test and the waiting.
    const auto slice = std::min(until, Clock::now() + std::chrono::milliseconds(100));
    self.ready.wait_until(lock, slice);
    if (!self.called && Clock::now() >= until) break;
  }
  if (!self.called) giveUp(self, lock, bounds);
  const auto waited = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - asked);
  counters_.longestWait = std::max(counters_.longestWait, waited);
  return waited;
}

void Lane::giveUp(Waiter& self, std::unique_lock<std::mutex>& lock, const Bounds& bounds) {
  waiting_.erase(std::find(waiting_.begin(), waiting_.end(), &self));
  ++counters_.timeouts;
  lock.unlock();
  tell(PoolEvent::Kind::timedOut, options_.poolTimeout);
  bounds.check();
  throw Error(ErrorKind::timeout,
              "no free connection to " + url_.toString() + " within " +
                  std::to_string(options_.poolTimeout.count()) +
                  " ms; end units of work sooner, or raise repot_pool_size or repot_pool_timeout");
}

bool Lane::isTooOld(const Taken& taken) const {
  return hasServer_ && Clock::now() - taken.opened > options_.maxLifetime;
}

bool Lane::isAlive(Idle& candidate) const {
  if (!candidate.taken.connection->isUsable()) return false;
  if (!hasServer_ || Clock::now() - candidate.since <= options_.pingAfter) return true;
  return candidate.taken.connection->ping();
}

Lane::Taken Lane::open() {
  auto connection = backend_->connect(url_, options_, role_);
  if (options_.observer) connection->observe(options_.observer);
  {
    const std::lock_guard lock(mutex_);
    ++counters_.connectionsOpened;
  }
  tell(PoolEvent::Kind::opened);
  Tally* const tally = connection->tally();
  return {std::move(connection), Clock::now(), false, tally};
}

Lane::Taken Lane::take(const Bounds& bounds, std::chrono::microseconds& waited) {
  std::unique_lock lock(mutex_);
  waited = waitForTurn(lock, bounds);
  while (!idle_.empty()) {
    Idle candidate = std::move(idle_.back());
    idle_.pop_back();
    lock.unlock();
    const bool old = isTooOld(candidate.taken);
    if (!old && isAlive(candidate)) {
      tell(PoolEvent::Kind::taken, waited);
      candidate.taken.reused = true;
      return std::move(candidate.taken);
    }
    candidate.taken.connection.reset();
    tell(old ? PoolEvent::Kind::closed : PoolEvent::Kind::failedCheck);
    lock.lock();
    ++counters_.connectionsClosed;
    if (!old) ++counters_.failedChecks;
  }
  lock.unlock();
  try {
    Taken taken = open();
    tell(PoolEvent::Kind::taken, waited);
    return taken;
  } catch (...) {
    giveBack({});
    throw;
  }
}

void Lane::giveBack(Taken taken) noexcept {
  bool closed = false;
  const auto now = hasServer_ ? Clock::now() : Clock::time_point();
  if (taken.connection && (!taken.connection->isUsable() || isTooOld(taken))) {
    taken.connection.reset();
    closed = true;
  }
  {
    const std::lock_guard lock(mutex_);
    if (closed) ++counters_.connectionsClosed;
    if (taken.connection) idle_.push_back({std::move(taken), now});
    ++free_;
    callNext();
  }
  tell(closed ? PoolEvent::Kind::closed : PoolEvent::Kind::returned);
}

void Lane::tell(PoolEvent::Kind kind, std::chrono::microseconds waited) noexcept {
  if (!tellsPool_) return;
  PoolEvent event;
  event.kind = kind;
  event.writer = role_ == ConnectionRole::writer;
  event.waited = waited;
  {
    const std::lock_guard lock(mutex_);
    event.inUse = size_ - free_;
    event.idle = idle_.size();
    event.waiting = waiting_.size();
  }
  options_.observer->onPool(event);
}

void Lane::addTo(DatabaseStatistics& statistics) const {
  const std::lock_guard lock(mutex_);
  statistics.connectionsOpened += counters_.connectionsOpened;
  statistics.connectionsClosed += counters_.connectionsClosed;
  statistics.failedChecks += counters_.failedChecks;
  statistics.waits += counters_.waits;
  statistics.timeouts += counters_.timeouts;
  statistics.longestWait = std::max(statistics.longestWait, counters_.longestWait);
  statistics.inUse += size_ - free_;
  statistics.idle += idle_.size();
  statistics.waiting += waiting_.size();
}

void Lane::abandon() noexcept {
  for (Idle& idle : idle_)
    static_cast<void>(idle.taken.connection.release());
}

Pool::Pool(std::shared_ptr<const Backend> backend, const DatabaseUrl& url,
           const DatabaseOptions& options)
    : generation_(generation()),
      backend_(std::move(backend)),
      observer_(options.observer),
      measuresUnits_(observer_ != nullptr && observer_->sampling() == 1),
      failoverTimeout_(options.failoverTimeout.value_or(std::chrono::milliseconds(0))) {
  const PoolShape shape = backend_->poolShape(url, options);
  writers_ = std::make_unique<Lane>(backend_, url, options, ConnectionRole::writer,
                                    shape.shared ? shape.size : 1);
  if (!shape.shared) {
    readers_ = std::make_unique<Lane>(backend_, url, options, ConnectionRole::reader, shape.size);
  }
}

Pool::~Pool() {
  if (!isForked()) return;
  // Closing here would say goodbye on the parent's sockets, and drop the parent's locks of an
  // SQLite file.
  writers_->abandon();
  if (readers_) readers_->abandon();
}

bool Pool::isForked() const noexcept {
  return generation() != generation_;
}

void Pool::checkProcess() const {
  if (!isForked()) return;
  throw Error(ErrorKind::usage,
              "the database was opened before fork(); open it anew in the child process");
}

void Pool::addTo(DatabaseStatistics& statistics) const {
  statistics.commits += commits;
  statistics.rollbacks += rollbacks;
  writers_->addTo(statistics);
  if (readers_) readers_->addTo(statistics);
}

}  // namespace repot::detail
