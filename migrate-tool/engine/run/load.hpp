// Streams the source's rows into the staging tables.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/digester.hpp"
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

struct LoadOptions {
  std::size_t batchBytes =
      256 * 1024;                   ///< Handed to libpq at once; larger gained nothing measured.
  std::shared_ptr<RateLimit> rate;  ///< Of all streams together; null: none.
};

struct TableLoad {
  std::int64_t rows = 0;              ///< Stored.
  std::int64_t rowsSetAside = 0;      ///< In the quarantine as a whole.
  std::int64_t bytes = 0;             ///< Of COPY data.
  double seconds = 0;                 ///< Summed over the streams that worked on the table.
  std::vector<ColumnLedger> columns;  ///< In the order of the columns that are not generated.
};

/// Copies a table, or a range of its rowids, by one COPY. `quarantine`, `digests` and errors as
/// loadTables().
TableLoad loadTable(const TablePlan& table, const std::optional<KeyRange>& range,
                    sqlite::SqliteReader& reader, postgresql::BulkConnection& connection,
                    const std::string& schema, const LoadOptions& options, Quarantine* quarantine,
                    Progress& progress, SideDigests* digests = nullptr);

/// Copies all tables of `plan` by as many streams as `source` has readers. Large tables are split
/// at rowids. Throws Error(data) for the first value that is not what the plan says, and whatever
/// the server refuses; what was loaded is then incomplete and must be dropped with the staging
/// schema. `quarantine` may be null where the plan has no use of it; it is finished here.
/// `digests`, where it is not null, becomes those of the source's rows, table by table: of their
/// canonical values, which owe nothing to the encoder.
std::vector<TableLoad> loadTables(sqlite::SqliteSource& source, const DatabaseUrl& target,
                                  const std::string& schema, const Plan& plan,
                                  const LoadOptions& options, Quarantine* quarantine,
                                  Progress& progress, std::vector<SideDigests>* digests = nullptr);

}  // namespace repot::migrate
