// Scans all tables by all readers of the source: large ones in ranges of their rowids.
#pragma once

#include "scan.hpp"

#include <exception>
#include <vector>

namespace repot::migrate {

struct ScanTask {
  const SourceTable* table = nullptr;
  std::vector<ColumnWish> wishes;  ///< Parallel to the table's columns.
};

/// Of one table: the same as a scan by one reader gives, examples and their order included.
struct ScanOutcome {
  TableStats stats;
  std::exception_ptr failure;  ///< What scanTable() threw; the stats are void then.
};

/// Parallel to `tasks`. Each reader is used by one thread; they must be in one snapshot.
std::vector<ScanOutcome> scanTables(const std::vector<sqlite::SqliteReader*>& readers,
                                    const std::vector<ScanTask>& tasks, std::size_t examples);

}  // namespace repot::migrate
