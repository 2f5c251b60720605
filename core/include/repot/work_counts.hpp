// What an application did with its database, counted: values that can be added, subtracted and
// kept. Metrics gathers them, the history of growth signals stores them.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace repot {

/// How many durations lie between two bounds each. A value.
struct DurationCounts {
  /// Upper bounds in microseconds, inclusive; what is longer is counted behind the last.
  static constexpr std::array<std::int64_t, 17> bounds{
      100,     250,     500,     1'000,     2'500,     5'000,     10'000,     25'000,    50'000,
      100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000, 30'000'000};

  std::array<std::uint64_t, bounds.size() + 1> counts{};
  std::chrono::microseconds sum{};

  /// All that were counted.
  std::uint64_t total() const noexcept;
  /// Those longer than `duration`, which should be one of the bounds.
  std::uint64_t above(std::chrono::microseconds duration) const noexcept;
  /// What `share` (0 to 1) of all stay below, by a straight line inside the bucket; zero where
  /// there are none.
  std::chrono::microseconds quantile(double share) const noexcept;
  /// Adds what another process counted, or takes away what was there before.
  DurationCounts& operator+=(const DurationCounts& other) noexcept;
  DurationCounts& operator-=(const DurationCounts& other) noexcept;
  bool operator==(const DurationCounts&) const = default;
};

/// Work of one process, or of several added up, over some time. A value.
struct WorkCounts {
  std::uint64_t reads = 0;      ///< Units of work that read.
  std::uint64_t writes = 0;     ///< Units of work that may write; also those that got no lock.
  std::uint64_t rollbacks = 0;  ///< Units that were undone, or whose outcome is unknown.
  std::uint64_t notBegun = 0;   ///< Units that got no lock or no connection that works.
  std::uint64_t retries = 0;
  std::uint64_t busyErrors = 0;  ///< Statements and begins that the lock was denied to.
  std::uint64_t statements = 0;
  std::uint64_t statementErrors = 0;
  DurationCounts statementTimes;  ///< Of a sample of the statements.
  DurationCounts lockWaits;  ///< Of writes, for the write lock: in the pool's queue and the file's.
  DurationCounts readWaits;  ///< Of reads, for a connection.

  /// Units that are stored; and sums and differences of all counts.
  std::uint64_t commits() const noexcept { return reads + writes - rollbacks - notBegun; }
  WorkCounts& operator+=(const WorkCounts& other) noexcept;
  WorkCounts& operator-=(const WorkCounts& other) noexcept;
  bool operator==(const WorkCounts&) const = default;
};

}  // namespace repot
