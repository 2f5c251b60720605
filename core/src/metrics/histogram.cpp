// Counting durations; see metrics.hpp.
#include "repot/metrics.hpp"

#include <algorithm>
#include <numeric>

namespace repot {
namespace {

std::size_t bucketOf(std::chrono::microseconds duration) noexcept {
  const auto& bounds = DurationCounts::bounds;
  if (duration.count() <= bounds.front()) return 0;  // Nearly every wait there is.
  return static_cast<std::size_t>(std::lower_bound(bounds.begin(), bounds.end(), duration.count()) -
                                  bounds.begin());
}

}  // namespace

std::uint64_t DurationCounts::total() const noexcept {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

std::uint64_t DurationCounts::above(std::chrono::microseconds duration) const noexcept {
  const auto first = counts.begin() + static_cast<std::ptrdiff_t>(bucketOf(duration)) + 1;
  return first >= counts.end() ? 0 : std::accumulate(first, counts.end(), std::uint64_t{0});
}

std::chrono::microseconds DurationCounts::quantile(double share) const noexcept {
  const std::uint64_t all = total();
  if (all == 0) return {};
  const double rank = share * static_cast<double>(all);
  double below = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const auto here = static_cast<double>(counts[i]);
    if (here > 0 && below + here >= rank) {
      const auto least = i == 0 ? 0.0 : static_cast<double>(bounds[i - 1]);
      const double width = static_cast<double>(bounds[i]) - least;
      return std::chrono::microseconds(
          static_cast<std::int64_t>(least + width * (rank - below) / here));
    }
    below += here;
  }
  return std::chrono::microseconds(bounds.back());
}

DurationCounts& DurationCounts::operator+=(const DurationCounts& other) noexcept {
  std::transform(counts.begin(), counts.end(), other.counts.begin(), counts.begin(), std::plus<>());
  sum += other.sum;
  return *this;
}

DurationCounts& DurationCounts::operator-=(const DurationCounts& other) noexcept {
  std::transform(counts.begin(), counts.end(), other.counts.begin(), counts.begin(),
                 std::minus<>());
  sum -= other.sum;
  return *this;
}

namespace {

/// Runs `apply(mine, other's)` over every count.
template <typename Apply>
void forEachCount(WorkCounts& mine, const WorkCounts& other, Apply apply) {
  apply(mine.reads, other.reads);
  apply(mine.writes, other.writes);
  apply(mine.rollbacks, other.rollbacks);
  apply(mine.notBegun, other.notBegun);
  apply(mine.retries, other.retries);
  apply(mine.busyErrors, other.busyErrors);
  apply(mine.statements, other.statements);
  apply(mine.statementErrors, other.statementErrors);
  apply(mine.statementTimes, other.statementTimes);
  apply(mine.lockWaits, other.lockWaits);
  apply(mine.readWaits, other.readWaits);
}

}  // namespace

WorkCounts& WorkCounts::operator+=(const WorkCounts& other) noexcept {
  forEachCount(*this, other, [](auto& mine, const auto& theirs) { mine += theirs; });
  return *this;
}

WorkCounts& WorkCounts::operator-=(const WorkCounts& other) noexcept {
  forEachCount(*this, other, [](auto& mine, const auto& theirs) { mine -= theirs; });
  return *this;
}

void DurationHistogram::add(std::chrono::microseconds duration) noexcept {
  counts_[bucketOf(duration)].fetch_add(1, std::memory_order_relaxed);
  // Most waits are none: one bus access less.
  if (duration.count() > 0) sum_.fetch_add(duration.count(), std::memory_order_relaxed);
}

DurationCounts DurationHistogram::counts() const noexcept {
  DurationCounts result;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    result.counts[i] = counts_[i].load(std::memory_order_relaxed);
  result.sum = std::chrono::microseconds(sum_.load(std::memory_order_relaxed));
  return result;
}

}  // namespace repot
