// What an application does while it moves, in small: some rows of a copy are changed, so that there
// is something to synchronise.
#pragma once

#include "engine/plan.hpp"
#include "engine/source_schema.hpp"

#include <cstdint>
#include <string>

namespace repot::migrate {

struct SmallChange {
  std::string table;  ///< Empty: no table has a column that breaks no rule by another value.
  std::int64_t rows = 0;
};

/// Changes one row in a thousand of the largest table that has such a column, evenly over it, 1 at
/// least and 10,000 at most. Each gets a value that another row of the column has. `round`: another
/// one changes other rows. No trigger of the file fires. Throws Error.
SmallChange changeAFew(const std::string& path, const Plan& plan, const SourceSchema& schema,
                       int round);

}  // namespace repot::migrate
