// Streams the source's rows into the staging tables.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/digester.hpp"
#include "engine/run/load_pace.hpp"
#include "engine/run/progress.hpp"
#include "engine/run/rate_limit.hpp"
#include "engine/run/row_encoder.hpp"

#include <repot/postgresql/bulk.hpp>
#include <repot/sqlite/bulk.hpp>
#include <repot/url.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace repot::migrate {

class KnownDigests;

struct LoadOptions {
  std::size_t batchBytes =
      256 * 1024;                   ///< Handed to libpq at once; larger gained nothing measured.
  std::int64_t chunkBytes = 0;      ///< Of one transaction; 0: measured, see LoadPace.
  std::shared_ptr<RateLimit> rate;  ///< Of all streams together; null: none.
};

struct TableLoad {
  void add(const TableLoad& other);

  std::int64_t rows = 0;              ///< Stored.
  std::int64_t rowsSetAside = 0;      ///< In the quarantine as a whole.
  std::int64_t bytes = 0;             ///< Of COPY data.
  double seconds = 0;                 ///< Summed over the streams that worked on the table.
  std::vector<ColumnLedger> columns;  ///< In the order of the columns that are not generated.
};

/// Copies a table, or a range of its rowids, by one COPY. `quarantine`, `digests` and errors as
/// loadTables(). `parts`, where it is not null, gets the digests of the rows as `digests` does.
/// As a `chunk` it begins a transaction, which the caller ends, and is copied to its
/// end although the run is to be stopped.
TableLoad loadTable(const TablePlan& table, const std::optional<KeyRange>& range,
                    sqlite::SqliteReader& reader, postgresql::BulkConnection& connection,
                    const std::string& schema, const LoadOptions& options, Quarantine* quarantine,
                    Progress& progress, SideDigests* digests = nullptr, bool chunk = false,
                    PartDigests* parts = nullptr);

/// Digests of the source's rows as loadTable() takes them, without copying.
SideDigests digestSource(const TablePlan& table, const std::optional<KeyRange>& range,
                         sqlite::SqliteReader& reader, Progress& progress);

/// What is there of the tables already, and where each new chunk is written down: see ledger.hpp.
struct LoadLedger {
  std::string run;
  std::vector<std::vector<KeyRange>> kept;  ///< By table, from low to high.
  std::int64_t keptRows = 0;
  KnownDigests* known = nullptr;  ///< Gets those of the new chunks.
};

/// Copies all tables of `plan` by as many streams as `pace` admits, each with a reader of `source`,
/// which gets more where that is possible. Large tables are split at rowids. Throws Error(data) for
/// the first value that is not what the plan says, and whatever the server refuses; what was loaded
/// is then incomplete and must be dropped with the staging schema. `quarantine` may be null where
/// the plan has no use of it; it is finished here. `digests`, where it is not null, gets those of
/// the source's rows added, table by table: of their canonical values, which owe nothing to the
/// encoder. With a `ledger` only what it does not have is copied, and each chunk is committed
/// together with its record.
std::vector<TableLoad> loadTables(sqlite::SqliteSource& source, const DatabaseUrl& target,
                                  const std::string& schema, const Plan& plan,
                                  const LoadOptions& options, LoadPace& pace,
                                  Quarantine* quarantine, Progress& progress,
                                  std::vector<SideDigests>* digests = nullptr,
                                  const LoadLedger* ledger = nullptr);

}  // namespace repot::migrate
