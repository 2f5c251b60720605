// What a database knows of its servers, where its URL names several: for operators, and for tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace repot {

/// One server as it was when it was last asked; by Database::servers().
struct ServerStatus {
  enum class Role { unknown, primary, standby };
  std::string name;    ///< Host and port.
  std::string region;  ///< By repot_regions; empty where the URL names none.
  Role role = Role::unknown;
  bool usable = false;                   ///< It answered in time, and belongs to the primary.
  std::string trouble;                   ///< Why it is not usable; safe to print.
  std::chrono::microseconds latency{0};  ///< Of a small question, on average.
  std::string position;                  ///< Up to which it has everything; a pg_lsn.
  std::uint64_t reads = 0, writes = 0;   ///< Units of work that were begun there.
  /// A standby: at most so far behind the primary; unknown until it caught up for the first time.
  std::optional<std::chrono::milliseconds> staleness;
};

/// "unknown", "primary", "standby".
std::string_view toString(ServerStatus::Role role) noexcept;

}  // namespace repot
