// Finds the rows in which two tables differ, without any order and in bounded memory.
#pragma once

#include "engine/run/row_source.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace repot::migrate {

struct RowDifference {
  enum class Kind { missing, extra, changed };
  struct Cell {
    std::string column;  ///< As the source names it.
    std::string source;  ///< Empty for a row that is extra.
    std::string target;  ///< Empty for a row that is missing.
  };
  Kind kind = Kind::changed;
  std::vector<std::pair<std::string, std::string>> key;  ///< Column and value.
  std::vector<Cell> cells;  ///< Those that differ; all of a row that one side lacks.
  std::string sentence;     ///< All of it for people, long values shortened.
};

struct Differences {
  std::vector<RowDifference> rows;
  std::size_t digests = 0;  ///< Row digests that one side lacks, as far as they were looked for.
  bool complete = true;     ///< `rows` are all there are.
};

/// Rows that only one side has within `bounds`, or both have with other values; at most `most`.
/// `rowsAtMost` is what the larger side has there. Memory: twice `most` rows and 16 bytes for each
/// row of a bucket, of at most 4 million rows.
Differences findDifferences(sqlite::SqliteReader& reader, postgresql::BulkConnection& connection,
                            const std::string& schema, const TablePlan& table,
                            const KeyBounds& bounds, std::int64_t rowsAtMost, std::size_t most);

}  // namespace repot::migrate
