// Finds the rows in which two tables differ, without any order and in bounded memory.
#pragma once

#include "engine/run/row_source.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace repot::migrate {

/// Sentences about rows that only one side has, or both have with other values; at most `shown`.
/// Memory: `shown` rows and 16 bytes for each row of a bucket, of at most 4 million rows.
std::vector<std::string> findDifferences(sqlite::SqliteReader& reader,
                                         postgresql::BulkConnection& connection,
                                         const std::string& schema, const TablePlan& table,
                                         std::size_t shown);

}  // namespace repot::migrate
