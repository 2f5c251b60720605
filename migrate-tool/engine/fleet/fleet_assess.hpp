// Growth signals over a fleet: what it holds in all, how the sizes are spread, and which tenants
// are nearest to their limits.
#pragma once

#include "engine/fleet/sources.hpp"
#include "engine/signals/assess.hpp"

#include <repot/growth.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace repot::migrate {

struct FleetAssessment {
  static constexpr int formatVersion = 1;
  /// Tenants that are named in each list.
  static constexpr std::size_t mostNamed = 20;

  struct Near {
    std::string source;
    GrowthSignal signal;  ///< The one that is nearest to its limit.
    double nearness = 0;  ///< Its value as a share of the limit from which on it says to move.
    std::int64_t usedBytes = 0;
  };
  struct Unreadable {
    std::string source;
    std::string message;
  };
  /// Files of less than so many bytes that are in no bucket before.
  struct Bucket {
    std::int64_t below = 0;
    std::size_t tenants = 0;
    std::int64_t bytes = 0;
  };

  std::chrono::sys_seconds at{};
  std::size_t tenants = 0;
  std::array<std::size_t, 3> levels{};  ///< Tenants by their verdict.
  std::int64_t usedBytes = 0;
  std::int64_t freeBytes = 0;  ///< That VACUUM would give back.
  std::int64_t users = 0;      ///< Active, as the histories say.
  std::size_t histories = 0;   ///< Tenants with a history.
  double perDay = 0;           ///< Bytes, of those with a trend.
  std::size_t trends = 0;
  /// Bytes of the file in whose place half, 90 of 100 and so on are no larger.
  std::vector<std::pair<int, std::int64_t>> quantiles;  ///< By percent: 0, 50, 90, 99, 100.
  std::vector<Bucket> buckets;                          ///< By powers of ten, all but empty ends.
  std::vector<Near> nearest;                            ///< Those to be moved first, first.
  std::vector<Unreadable> unreadable;                   ///< The first.
  std::size_t unreadableCount = 0;

  GrowthSignal::Level verdict() const noexcept;
};

/// Reads sizes and histories, never a table. Throws Error(timeout) where `stop` is set.
FleetAssessment assessFleet(const std::vector<Tenant>& tenants, const AssessOptions& options,
                            const std::atomic<bool>& stop);

std::string assessmentToText(const FleetAssessment& assessment);
/// JSON of format version 1, see docs/formats/fleet-report.md.
std::string assessmentToJson(const FleetAssessment& assessment);
std::string assessmentToHtml(const FleetAssessment& assessment);

/// "1 kB to 10 kB"
std::string rangeText(const FleetAssessment& assessment, std::size_t bucket);

}  // namespace repot::migrate
