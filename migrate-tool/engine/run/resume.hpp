// What an earlier attempt loaded, and which of it the source still has.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/control.hpp"
#include "engine/run/digester.hpp"
#include "engine/run/ledger.hpp"
#include "engine/run/load.hpp"
#include "engine/run/progress.hpp"

#include <repot/sqlite/bulk.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace repot::migrate {

/// Digests of chunks that were taken in this snapshot of the source already.
class KnownDigests {
 public:
  const SideDigests* find(const ChunkRecord& chunk) const;
  void add(const ChunkRecord& chunk, SideDigests digests);

 private:
  std::map<std::tuple<std::string, std::int64_t, std::int64_t>, SideDigests> digests_;
};

/// What stands of the tables, by the plan's order.
struct Standing {
  LoadLedger ledger;
  std::vector<TableLoad> loads;
  std::vector<SideDigests> digests;
  std::size_t kept = 0;     ///< Chunks that are there and need no copy.
  std::size_t renewed = 0;  ///< Chunks that the source no longer has so, and were removed.
  std::vector<std::string> renewedTables;
};

/// Reads the source's rows of each chunk in the ledger again, by as many streams as it has readers.
/// What is no longer the same is removed from the target and from the ledger, and so are chunks of
/// tables that may set values aside, as the quarantine is written once. Keys and indexes are
/// dropped where rows have to be loaded. Throws Error.
Standing keepWhatStands(sqlite::SqliteSource& source, Control& control, const RunRecord& run,
                        const Plan& plan, const LoadOptions& options, KnownDigests& known,
                        Progress& progress);

}  // namespace repot::migrate
