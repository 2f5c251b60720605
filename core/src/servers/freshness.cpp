// See freshness.hpp.
#include "servers/freshness.hpp"

#include <algorithm>

namespace repot::detail {
namespace {

/// More than ten minutes at a mark each second.
constexpr std::size_t marksKept = 700;
/// Below it a look at the standby costs as much as waiting would.
constexpr std::chrono::microseconds shortest{500};
constexpr std::chrono::microseconds longest{std::chrono::seconds(10)};

}  // namespace

void PrimaryTrail::add(ServerClock::time_point asked, std::uint64_t position) {
  // What a failover lost is no part of the trail any more.
  while (!marks_.empty() && marks_.back().position > position)
    marks_.pop_back();
  // Of a primary at rest the last moment is the one that counts.
  if (!marks_.empty() && marks_.back().position == position) {
    marks_.back().asked = std::max(marks_.back().asked, asked);
    return;
  }
  marks_.push_back({asked, position});
  if (marks_.size() > marksKept) marks_.pop_front();
}

std::optional<ServerClock::duration> PrimaryTrail::staleness(std::uint64_t position,
                                                             ServerClock::time_point now) const {
  const auto behind = std::upper_bound(
      marks_.begin(), marks_.end(), position,
      [](std::uint64_t sought, const Mark& mark) { return sought < mark.position; });
  if (behind == marks_.begin()) return std::nullopt;
  return now - std::prev(behind)->asked;
}

void CatchUp::succeeded() noexcept {
  estimate_ = estimate_ * 9 / 10;
  if (estimate_ < shortest) estimate_ = std::chrono::microseconds(0);
}

void CatchUp::failed(std::chrono::microseconds age) noexcept {
  estimate_ = std::clamp(std::max(age, estimate_) * 2, shortest, longest);
}

}  // namespace repot::detail
