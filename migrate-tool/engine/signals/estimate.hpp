// What a migration would take, by a sample run: how large the copy gets, how long it lasts, and how
// long the application may not write.
#pragma once

#include <repot/url.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace repot::migrate {

struct Progress;

struct MoveEstimate {
  enum class Method {
    read,    ///< Rows of each table were read; the target's share is not in it.
    copied,  ///< Rows of each table were migrated to the target and dropped again.
  };
  Method method = Method::read;
  double targetBytes = 0;  ///< On disk, with indexes.
  double seconds = 0;
  std::int64_t rows = 0;
  std::int64_t rowsSampled = 0;
  std::string basis;  ///< One sentence on what was measured.

  bool isLowerBound() const noexcept { return method == Method::read; }
};

struct EstimateOptions {
  std::int64_t readBytes = 8'000'000;   ///< Of each table, at most.
  std::int64_t copyBytes = 32'000'000;  ///< Of all tables together.
  Progress* progress = nullptr;         ///< Of the migration of the sample, which it can stop.
};

/// Reads a sample of every table. With a target the sample is copied there as `repot migrate` does
/// it, into a schema of a random name that is dropped afterwards; where that cannot be done the
/// basis says why. Throws Error for a source that cannot be read.
MoveEstimate estimateMove(const std::string& sourcePath, const std::optional<DatabaseUrl>& target,
                          const EstimateOptions& options = {});

}  // namespace repot::migrate
