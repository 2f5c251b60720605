// How far standbys are behind, by the application's own clock: where the primary was when, and how
// long what is written takes to arrive. Clocks of servers may differ, and a standby of a primary
// at rest looks old by the time of its last transaction.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

namespace repot::detail {

using ServerClock = std::chrono::steady_clock;

/// Where the primary was when. Not thread-safe.
class PrimaryTrail {
 public:
  /// `asked`: before the primary answered.
  void add(ServerClock::time_point asked, std::uint64_t position);
  /// How old at most is what a standby at `position` shows at `now`; nothing where it is behind
  /// all that is remembered.
  std::optional<ServerClock::duration> staleness(std::uint64_t position,
                                                 ServerClock::time_point now) const;

 private:
  struct Mark {
    ServerClock::time_point asked;
    std::uint64_t position;
  };
  std::deque<Mark> marks_;  ///< Both grow.
};

/// How long what was written takes to be on one standby, by how it went: doubled when a standby
/// had not caught up, and slowly less while it has. Not thread-safe.
class CatchUp {
 public:
  void succeeded() noexcept;
  /// What was missing was stored for `age`.
  void failed(std::chrono::microseconds age) noexcept;
  std::chrono::microseconds estimate() const noexcept { return estimate_; }

 private:
  std::chrono::microseconds estimate_{0};
};

}  // namespace repot::detail
