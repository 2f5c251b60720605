// Conversions that are not one-to-one (1 and '1' → '1', two spellings of one instant) can break a
// unique key. That is found before anything is written.
#pragma once

#include "draft.hpp"

#include <vector>

namespace repot::migrate {

/// Groups of rows whose key columns differ in the source and are equal after conversion; none is
/// looked for where every conversion is one-to-one.
TraitStat findConvertedDuplicates(sqlite::SqliteReader& reader, const TableDraft& table,
                                  const std::vector<std::size_t>& columns, std::size_t examples);

}  // namespace repot::migrate
