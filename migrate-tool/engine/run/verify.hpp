// Proves that the target holds exactly the source's rows: both sides are read again, each value is
// brought to its canonical form, and order-independent digests of whole rows are compared.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/differences.hpp"
#include "engine/run/progress.hpp"
#include "engine/run/target_snapshot.hpp"

#include <repot/sqlite/bulk.hpp>

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
  void add(const TableDigest& part) noexcept;
  std::string hex() const;
};

struct TableVerification {
  TableDigest source;
  TableDigest target;
  double seconds = 0;
  std::size_t chunks = 1;                ///< Ranges of the key that were digested apart.
  std::size_t differentChunks = 0;       ///< Only these are read again.
  std::vector<RowDifference> rows;       ///< That differ, at most VerifyOptions::limit.
  std::vector<std::string> differences;  ///< The same as sentences, and whether there are more.
  bool equal() const { return source == target; }
};

struct VerifyOptions {
  static constexpr std::size_t shown = 10;
  std::size_t limit = shown;  ///< Rows that differ to be named, per table.
  /// Who made the target: what Repot makes is compared by its definitions, what another tool makes
  /// by its structure. `unknown`: told by the likeness of its columns.
  enum class Maker { unknown, repot, other };
  Maker maker = Maker::unknown;
  bool viewRows = false;  ///< Compares the rows of views too.
};

/// How far objects were compared.
enum class ObjectsLevel {
  none,        ///< Not at all.
  sequences,   ///< The application made the schema: only whether ids go on.
  structure,   ///< Keys, indexes and constraints by their columns.
  definition,  ///< All by their definitions.
};

struct Verification {
  std::vector<TableVerification> tables;  ///< In the order of the plan's tables.
  std::vector<std::string> objectFaults;  ///< Missing or invalid indexes, constraints, identities.
  ObjectsLevel objects = ObjectsLevel::none;
  bool equal() const;
};

/// Compares the tables in `schema` of the target with `source`, both sides at the same time, each
/// by as many streams as it has. Read-only. Throws Error where a side cannot be read.
Verification verifyTables(sqlite::SqliteSource& source, TargetSnapshot& target,
                          const std::string& schema, const Plan& plan, const VerifyOptions& options,
                          Progress& progress);

}  // namespace repot::migrate
