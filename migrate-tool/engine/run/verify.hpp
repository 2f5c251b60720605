// Proves that the target holds exactly the source's rows: both sides are read again, each value is
// brought to its canonical form, and order-independent digests of whole rows are compared.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/differences.hpp"
#include "engine/run/digester.hpp"
#include "engine/run/progress.hpp"
#include "engine/run/target_snapshot.hpp"

#include <repot/sqlite/bulk.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace repot::migrate {

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
/// by as many streams as it has. `copied` are the digests of the source where they were taken while
/// it was copied, out of the same snapshot: it is not read again then, but for rows that differ.
/// Read-only. Throws Error where a side cannot be read.
Verification verifyTables(sqlite::SqliteSource& source, TargetSnapshot& target,
                          const std::string& schema, const Plan& plan, const VerifyOptions& options,
                          Progress& progress, const std::vector<SideDigests>* copied = nullptr);

}  // namespace repot::migrate
