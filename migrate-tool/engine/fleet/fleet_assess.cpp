// See fleet_assess.hpp.
#include "engine/fleet/fleet_assess.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <cmath>

namespace repot::migrate {
namespace {

using Near = FleetAssessment::Near;

/// What a tenant itself shows. What is declared, regions and replicas, is the same for all.
bool isMeasured(const GrowthSignal& signal) {
  return signal.name != "regions" && signal.name != "replicas" && signal.act > 0;
}

Near nearestOf(const Assessment& assessment) {
  Near near;
  near.source = assessment.source;
  near.usedBytes = assessment.storage.usedBytes();
  near.nearness = -1;
  for (const GrowthSignal& signal : assessment.signals) {
    if (!isMeasured(signal)) continue;
    const double share = signal.value / signal.act;
    if (share <= near.nearness) continue;
    near.nearness = share;
    near.signal = signal;
  }
  return near;
}

/// The larger file first where two are as near.
bool isNearer(const Near& left, const Near& right) {
  if (left.signal.level != right.signal.level) return left.signal.level > right.signal.level;
  if (left.nearness != right.nearness) return left.nearness > right.nearness;
  return left.usedBytes > right.usedBytes;
}

/// Keeps the nearest, in their order.
void keepNearest(std::vector<Near>& nearest, Near near) {
  const auto place = std::upper_bound(nearest.begin(), nearest.end(), near, isNearer);
  if (static_cast<std::size_t>(place - nearest.begin()) >= FleetAssessment::mostNamed) return;
  nearest.insert(place, std::move(near));
  if (nearest.size() > FleetAssessment::mostNamed) nearest.pop_back();
}

void count(FleetAssessment& fleet, const Assessment& one) {
  ++fleet.levels.at(static_cast<std::size_t>(one.verdict()));
  fleet.usedBytes += one.storage.usedBytes();
  fleet.freeBytes += one.storage.freePages * one.storage.pageBytes;
  fleet.users += one.activeUsers;
  if (!one.history.empty()) ++fleet.histories;
  for (const GrowthSignal& signal : one.signals) {
    if (!signal.perDay) continue;
    fleet.perDay += *signal.perDay;
    ++fleet.trends;
  }
}

void spread(FleetAssessment& fleet, std::vector<std::int64_t> sizes) {
  if (sizes.empty()) return;
  std::sort(sizes.begin(), sizes.end());
  for (const int percent : {0, 50, 90, 99, 100}) {
    const double rank = std::ceil(static_cast<double>(sizes.size()) * percent / 100);
    const std::size_t place = rank < 1 ? 0 : static_cast<std::size_t>(rank) - 1;
    fleet.quantiles.emplace_back(percent, sizes[place]);
  }
  std::int64_t below = 1000;
  while (below <= sizes.front())
    below *= 10;
  for (std::size_t i = 0; i < sizes.size(); below *= 10) {
    FleetAssessment::Bucket& bucket = fleet.buckets.emplace_back();
    bucket.below = below;
    for (; i < sizes.size() && sizes[i] < below; ++i) {
      ++bucket.tenants;
      bucket.bytes += sizes[i];
    }
  }
}

}  // namespace

GrowthSignal::Level FleetAssessment::verdict() const noexcept {
  using Level = GrowthSignal::Level;
  for (const Level level : {Level::act, Level::prepare})
    if (levels.at(static_cast<std::size_t>(level)) > 0) return level;
  return Level::none;
}

FleetAssessment assessFleet(const std::vector<Tenant>& tenants, const AssessOptions& options,
                            const std::atomic<bool>& stop) {
  FleetAssessment fleet;
  fleet.at = options.now;
  fleet.tenants = tenants.size();
  std::vector<std::int64_t> sizes;
  for (const Tenant& tenant : tenants) {
    if (stop) throw Error(ErrorKind::timeout, "the assessment was interrupted");
    try {
      const Assessment one = assess(tenant.source, options);
      count(fleet, one);
      sizes.push_back(one.storage.usedBytes());
      keepNearest(fleet.nearest, nearestOf(one));
    } catch (const Error& error) {
      if (++fleet.unreadableCount <= FleetAssessment::mostNamed)
        fleet.unreadable.push_back({tenant.source, error.what()});
    }
  }
  spread(fleet, std::move(sizes));
  return fleet;
}

}  // namespace repot::migrate
