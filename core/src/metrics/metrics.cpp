// Gathers metrics as an observer; see metrics.hpp. What runs per statement and per unit of work is
// a few additions; whatever takes a lock is on the path of slow statements only.
#include "repot/metrics.hpp"

#include "repot/backend.hpp"
#include "repot/error.hpp"

#include <xxhash.h>

#include <algorithm>
#include <functional>
#include <unordered_map>

namespace repot {
namespace {

using Clock = std::chrono::steady_clock;

/// Places that one user may have; where all are taken the one not seen for longest goes.
constexpr std::size_t probes = 16;

bool isBusy(const Error* error) noexcept {
  return error != nullptr && error->kind() == ErrorKind::busy;
}

}  // namespace

Metrics::Metrics(MetricsOptions options)
    : options_(options), users_(std::make_unique<std::array<User, userCapacity>>()) {}

void Metrics::onStatement(const StatementEvent& event) noexcept {
  statements_.fetch_add(1, std::memory_order_relaxed);
  if (event.exact) statementTimes_.add(event.duration);
  if (event.error != nullptr) {
    statementErrors_.fetch_add(1, std::memory_order_relaxed);
    if (isBusy(event.error)) busyErrors_.fetch_add(1, std::memory_order_relaxed);
  }
  if (event.duration < options_.slow) return;
  try {
    noteSlow(event);
  } catch (const std::exception&) {
    // No memory for the log is no reason to fail the work.
  }
}

void Metrics::onUnit(const UnitEvent& event) noexcept {
  (event.writes ? lockWaits_ : readWaits_).add(event.poolWait + event.lockWait);
  if (event.outcome != UnitEvent::Outcome::committed) {
    (event.outcome == UnitEvent::Outcome::notBegun ? notBegun_ : rollbacks_)
        .fetch_add(1, std::memory_order_relaxed);
    if (isBusy(event.error)) busyErrors_.fetch_add(1, std::memory_order_relaxed);
  }
  if (!event.user.empty()) noteUser(event.user, event.end);
}

std::shared_ptr<Tally> Metrics::tally() {
  const std::lock_guard lock(talliesMutex_);
  // Those of closed connections are at rest: nobody else holds them. The first of them takes the
  // counts of the others.
  std::shared_ptr<Tally> rest;
  std::erase_if(tallies_, [&](const std::shared_ptr<Tally>& one) {
    if (one.use_count() > 1) return false;
    std::atomic_thread_fence(std::memory_order_acquire);
    if (!rest) {
      rest = one;
      return false;
    }
    rest->statements += one->statements;
    rest->reads += one->reads;
    rest->writes += one->writes;
    return true;
  });
  return tallies_.emplace_back(std::make_shared<Tally>(options_.slow));
}

void Metrics::onRetry(const RetryEvent&) noexcept {
  retries_.fetch_add(1, std::memory_order_relaxed);
}

void Metrics::noteUser(std::string_view user, Clock::time_point now) noexcept {
  const std::uint64_t hash = std::max<std::uint64_t>(1, XXH3_64bits(user.data(), user.size()));
  const std::int64_t seen = now.time_since_epoch().count();
  User* oldest = nullptr;
  for (std::size_t i = 0; i < probes; ++i) {
    User& place = (*users_)[(hash + i) % userCapacity];
    std::uint64_t held = place.hash.load(std::memory_order_relaxed);
    if (held == 0 && place.hash.compare_exchange_strong(held, hash, std::memory_order_relaxed))
      held = hash;
    if (held == hash) {
      place.seen.store(seen, std::memory_order_relaxed);
      return;
    }
    if (oldest == nullptr ||
        place.seen.load(std::memory_order_relaxed) < oldest->seen.load(std::memory_order_relaxed)) {
      oldest = &place;
    }
  }
  // Two threads may meet here; then one of the two users is noted by its next unit of work.
  oldest->hash.store(hash, std::memory_order_relaxed);
  oldest->seen.store(seen, std::memory_order_relaxed);
}

std::vector<Metrics::SeenUser> Metrics::usersSince(Clock::time_point since) const {
  std::unordered_map<std::uint64_t, Clock::time_point> seen;  // A hash may have two places.
  for (const User& user : *users_) {
    const std::uint64_t hash = user.hash.load(std::memory_order_relaxed);
    const Clock::time_point at{Clock::duration(user.seen.load(std::memory_order_relaxed))};
    if (hash == 0 || at < since) continue;
    auto& latest = seen[hash];
    latest = std::max(latest, at);
  }
  std::vector<SeenUser> users;
  for (const auto& [hash, at] : seen)
    users.push_back({hash, at});
  return users;
}

std::size_t Metrics::activeUsers(Clock::time_point now) const {
  return usersSince(now - options_.usersWindow).size();
}

WorkCounts Metrics::counts() const noexcept {
  WorkCounts counts;
  counts.statements = statements_.load(std::memory_order_relaxed);
  counts.statementErrors = statementErrors_.load(std::memory_order_relaxed);
  counts.busyErrors = busyErrors_.load(std::memory_order_relaxed);
  counts.rollbacks = rollbacks_.load(std::memory_order_relaxed);
  counts.notBegun = notBegun_.load(std::memory_order_relaxed);
  counts.retries = retries_.load(std::memory_order_relaxed);
  counts.statementTimes = statementTimes_.counts();
  counts.lockWaits = lockWaits_.counts();
  counts.readWaits = readWaits_.counts();
  {
    const std::lock_guard lock(talliesMutex_);
    for (const auto& tally : tallies_) {
      counts.statements += tally->statements;
      counts.readWaits.counts.front() += tally->reads;
      counts.lockWaits.counts.front() += tally->writes;
    }
  }
  counts.writes = counts.lockWaits.total();
  counts.reads = counts.readWaits.total();
  return counts;
}

void Metrics::noteSlow(const StatementEvent& event) {
  const std::lock_guard lock(slowMutex_);
  auto found = std::find_if(slow_.begin(), slow_.end(),
                            [&](const SlowStatement& one) { return one.sql == event.sql; });
  if (found == slow_.end()) {
    if (slow_.size() >= std::max<std::size_t>(1, options_.slowKept)) {
      const auto least = std::min_element(
          slow_.begin(), slow_.end(),
          [](const SlowStatement& a, const SlowStatement& b) { return a.total < b.total; });
      if (event.duration <= least->total) return;
      slow_.erase(least);
    }
    slow_.emplace_back().sql = event.sql;
    found = slow_.end() - 1;
  }
  ++found->count;
  found->total += event.duration;
  found->longest = std::max(found->longest, event.duration);
  found->rows += event.rows;
}

std::vector<SlowStatement> Metrics::slowStatements() const {
  std::vector<SlowStatement> statements;
  {
    const std::lock_guard lock(slowMutex_);
    statements = slow_;
  }
  std::sort(statements.begin(), statements.end(),
            [](const SlowStatement& a, const SlowStatement& b) { return a.total > b.total; });
  return statements;
}

void Metrics::explain(Connection& connection) {
  for (const SlowStatement& statement : slowStatements()) {
    if (!statement.plan.empty()) continue;
    std::vector<std::string> plan;
    try {
      plan = connection.explain(statement.sql);
    } catch (const Error& error) {
      // Its tables are gone, or are temporary ones of another connection.
      plan = {std::string("no plan: ") + error.what()};
    }
    if (plan.empty()) continue;
    const std::lock_guard lock(slowMutex_);
    for (SlowStatement& one : slow_) {
      if (one.sql == statement.sql) one.plan = plan;
    }
  }
}

std::string SlowStatement::redacted() const {
  return redactSql(sql);
}

}  // namespace repot
