// The rows in which a table of the target differs from the source, found where the digests say that
// there are some, and put aside on the server, to be applied together.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/parts.hpp"
#include "engine/run/progress.hpp"
#include "engine/sync/part_rows.hpp"
#include "engine/sync/row_memory.hpp"

#include <repot/postgresql/bulk.hpp>
#include <repot/sqlite/bulk.hpp>

#include <cstdint>
#include <string>

namespace repot::migrate {

/// What a sync did, or would do, to a table.
struct TableChange {
  std::int64_t inserted = 0;
  std::int64_t updated = 0;
  std::int64_t deleted = 0;
  std::int64_t partsRead = 0;  ///< Of the target.
  /// The target's rows were not those that the ledger says: somebody else changed them.
  bool foreign = false;
  TableDigest staged;  ///< Of the new rows.
  bool any() const { return inserted + updated + deleted > 0; }
};

/// Temporary tables of the target's session.
struct StageNames {
  std::string rows;  ///< New rows: `c0`, `c1`, … as the plan's columns that are not generated, and
                     ///< `old`, the place of the row that they replace, or NULL.
  std::string gone;     ///< `old`: places of rows that are to be removed.
  std::string written;  ///< `place`: where the new rows are, once they are applied.
};
StageNames stageNames(std::size_t table);
/// CREATE of these, which go at the end of the transaction.
std::string createStageSql(const StageNames& names, const std::string& schema,
                           const TablePlan& table);

struct ChangeTask {
  const TablePlan& table;
  const std::string& schema;
  sqlite::SqliteReader* reader;
  postgresql::BulkConnection& target;  ///< In a transaction that keeps others from the table.
  const PartDigests& source;           ///< As it is now.
  const PartDigests& known;            ///< What the target holds, by the ledger.
  bool readAll;                        ///< Compares all rows, whatever the ledger says.
  bool stage;                          ///< Fills the stage, which exists; else only counts.
  StageNames names;
  Progress& progress;
  /// Rows of the source in parts that changed, or null.
  const PartRows* changed = nullptr;
  /// What the table held at the last round, which the target holds still, and holds now; or null.
  const RowMemory* before = nullptr;
  const RowMemory* now = nullptr;
};

/// Memory: 64 MiB for digests of at most 4 million rows at a time, and the places of those that
/// differ. Throws Error.
TableChange findChanges(const ChangeTask& task);

/// Of all rows of a table of the target. Throws Error.
PartDigests digestTargetParts(postgresql::BulkConnection& target, const std::string& schema,
                              const TablePlan& table, int shift, Progress& progress);

/// Whether the target holds the new rows where they were written. With what finding them made sure
/// of, and the counts of applying them, all that was looked at is then the source's. Throws Error.
bool readBackEqual(const ChangeTask& task, const TableChange& change);

}  // namespace repot::migrate
