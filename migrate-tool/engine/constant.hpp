// Constant defaults are evaluated by SQLite itself: `+2`, `0x10`, "quoted", TRUE, '5' in an INTEGER
// column all mean what SQLite stores for them, and no second reading of the rules can do better.
#pragma once

#include "source_schema.hpp"

#include <optional>
#include <string>

namespace repot::migrate {

struct Constant {
  sqlite::StorageClass type = sqlite::StorageClass::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string bytes;  ///< Of text or blob.
};

/// What an INSERT would store for `DEFAULT <sql>` in a column of this affinity; absent where the
/// expression is no constant (it names a function or CURRENT_…) or SQLite refuses it.
std::optional<Constant> evaluateDefault(const std::string& sql, Affinity affinity);

}  // namespace repot::migrate
