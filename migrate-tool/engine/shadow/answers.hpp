// The answer of each side in one form, in which they are compared: canonical values, but numbers by
// what they are, as both databases compute with other types.
#pragma once

#include "engine/plan.hpp"

#include <repot/postgresql/bulk.hpp>
#include <repot/sqlite/bulk.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace repot::migrate {

struct Answer {
  /// A row as text that people can read, one a row in their order; equal where the rows are.
  std::vector<std::string> rows;
  bool whole = true;     ///< There are no more.
  bool misfits = false;  ///< A value is of a kind that the target's column has not.
  double seconds = 0;
};

/// `columns`: as the target describes its answer. Throws Error.
Answer answerOf(sqlite::Statement& rows, const std::vector<ColumnPlan>& columns,
                std::int64_t rowsMax);
Answer answerOf(postgresql::BulkConnection& target, const std::string& sql,
                const std::vector<ColumnPlan>& columns, std::int64_t rowsMax);

}  // namespace repot::migrate
