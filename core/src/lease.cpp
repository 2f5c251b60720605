// A connection for the time of one unit of work; see pool.hpp.
#include "pool.hpp"
#include "repot/error.hpp"

#include <algorithm>
#include <string>
#include <thread>

namespace repot::detail {

Lease::Lease(std::shared_ptr<Pool> pool, ConnectionRole role, Bounds bounds, std::string user)
    : pool_(std::move(pool)),
      lane_(pool_->lane(role)),
      role_(role),
      bounds_(std::move(bounds)),
      user_(std::move(user)) {
  pool_->checkProcess();
  taken_ = lane_.take(bounds_, poolWait_);
  try {
    connection().setDeadline(bounds_.deadline);
    if (bounds_.stop.stop_possible()) {
      interrupt_.emplace(bounds_.stop, [this] { connection().interrupt(); });
    }
  } catch (...) {
    lane_.giveBack(std::move(taken_));
    throw;
  }
}

Lease::~Lease() {
  interrupt_.reset();  // Waits for one that is under way: the next user must not be hit by it.
  if (open_) {
    connection().rollback();
    ++pool_->rollbacks;
    tellEnd();
  }
  // What waits in the pool has no deadline.
  if (bounds_.deadline) connection().setDeadline(std::nullopt);
  lane_.giveBack(std::move(taken_));
}

void Lease::started() noexcept {
  open_ = true;
  if (pool_->measuresUnits()) begun_ = Clock::now();
}

void Lease::failed(const Error& error) noexcept {
  outcome_ = UnitEvent::Outcome::notBegun;
  if (pool_->measuresUnits()) begun_ = Clock::now();
  tellEnd(&error);
}

void Lease::commit() {
  if (role_ == ConnectionRole::reader) return connection().commitRead();
  try {
    connection().commit();
  } catch (const Error& error) {
    if (error.outcomeKnown() || !isServerLost(error)) throw;
    const std::optional<bool> stored = isStored();
    if (!stored) throw;
    if (!*stored) {
      throw Error(ErrorKind::connection,
                  "the connection was lost during COMMIT; nothing of the work is stored");
    }
  }
  if (pool_->follow().stored) pool_->follow().stored(connection().storedAt());
}

std::optional<bool> Lease::isStored() {
  constexpr std::chrono::milliseconds pause{50};
  const std::string mark = connection().transactionMark();
  if (mark.empty() || !pool_->follow().connect) return std::nullopt;
  auto until = Clock::now() + pool_->failoverTimeout();
  if (bounds_.deadline) until = std::min(until, *bounds_.deadline);
  while (Clock::now() < until && !bounds_.stop.stop_requested()) {
    try {
      const auto other = pool_->follow().connect(until);
      other->setDeadline(until);
      for (;;) {
        const TransactionFate fate = other->fateOf(mark);
        if (fate == TransactionFate::unknown) return std::nullopt;
        if (fate != TransactionFate::running) return fate == TransactionFate::stored;
        if (Clock::now() >= until) return std::nullopt;
        std::this_thread::sleep_for(pause);
      }
    } catch (const Error& error) {
      if (!isServerLost(error)) return std::nullopt;
    }
    std::this_thread::sleep_for(pause);
  }
  return std::nullopt;
}

void Lease::committed() noexcept {
  open_ = false;
  outcome_ = UnitEvent::Outcome::committed;
  ++pool_->commits;
  Tally* const tally = taken_.tally;
  // What is of interest for its number only. Beginning to read waits for no lock.
  const bool writes = role_ == ConnectionRole::writer;
  if (tally == nullptr || !user_.empty() || poolWait_.count() > 0 ||
      (writes && connection().lockWait().count() > 0))
    return tellEnd();
  Tally::add(writes ? tally->writes : tally->reads);
}

void Lease::tellEnd(const Error* error) noexcept {
  Observer* const observer = pool_->observer();
  if (observer == nullptr) return;
  UnitEvent event;
  event.writes = role_ == ConnectionRole::writer;
  event.outcome = outcome_;
  const bool measured = pool_->measuresUnits();
  // Who counts users compares this with the moment of the last count: a coarse clock, some
  // milliseconds behind, would lose those of a unit that ended right after it.
  if (measured || !user_.empty()) event.end = Clock::now();
  if (measured)
    event.duration = std::chrono::duration_cast<std::chrono::microseconds>(event.end - begun_);
  event.poolWait = poolWait_;
  event.lockWait = connection().lockWait();
  event.user = user_;
  event.error = error;
  observer->onUnit(event);
}

}  // namespace repot::detail
