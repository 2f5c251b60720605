// Which of several servers a unit of work that reads may run on, and in which order they are
// tried. Pure, so that it can be tried without servers.
#pragma once

#include "repot/options.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace repot::detail {

/// What is known of a server.
struct ServerView {
  bool usable = false;  ///< It answers, and follows the primary's history or is the primary.
  bool standby = true;
  bool near = false;           ///< In the application's region.
  std::uint64_t position = 0;  ///< Up to which it has everything, as of some moments ago.
  std::chrono::microseconds latency{0};
  std::optional<std::chrono::milliseconds> staleness;  ///< At most; nothing: not known.
  /// What was written that long ago it has, as far as was seen.
  std::chrono::microseconds catchUp{0};
};

/// What a read needs.
struct ReadDemand {
  ReadFrom from = ReadFrom::primary;
  std::chrono::milliseconds maxStaleness{0};
  std::uint64_t position = 0;  ///< That it must see.
  /// Since when that is stored; nothing: for long enough.
  std::optional<std::chrono::microseconds> age;
  bool again = false;  ///< It failed before: the primary is the safest place.
};

/// The places of the servers to be tried, the best first; empty where none will do. Servers of
/// about the same distance take turns by `turn`.
std::vector<std::size_t> readOrder(std::span<const ServerView> servers, const ReadDemand& demand,
                                   std::size_t turn);

}  // namespace repot::detail
