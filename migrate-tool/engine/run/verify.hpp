// Proves that the target holds exactly the source's rows: both sides are read again, each value is
// brought to its canonical form, and order-independent digests of whole rows are compared.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/progress.hpp"

#include <repot/sqlite/bulk.hpp>
#include <repot/url.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace repot::migrate {

/// A sum of XXH3-128 row digests modulo 2^128, and how many there were. The order of rows does not
/// matter, duplicates do.
struct TableDigest {
  std::int64_t rows = 0;
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool operator==(const TableDigest&) const = default;
  void add(std::uint64_t addLow, std::uint64_t addHigh) noexcept;
  std::string hex() const;
};

struct TableVerification {
  TableDigest source;
  TableDigest target;
  double seconds = 0;
  /// Rows that differ, as sentences naming key, column and both values; at most `differencesShown`.
  std::vector<std::string> differences;
  bool equal() const { return source == target; }
};

struct Verification {
  static constexpr std::size_t differencesShown = 10;
  std::vector<TableVerification> tables;  ///< In the order of the plan's tables.
  std::vector<std::string> objectFaults;  ///< Missing or invalid indexes, constraints, identities.
  bool equal() const;
};

/// Compares the tables in `schema` of the target with `source`. Both sides are read at the same
/// time. Read-only. Throws Error where a side cannot be read.
Verification verifyTables(sqlite::SqliteSource& source, const DatabaseUrl& target,
                          const std::string& schema, const Plan& plan, Progress& progress);

}  // namespace repot::migrate
