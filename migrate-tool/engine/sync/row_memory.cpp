// See row_memory.hpp.
#include "engine/sync/row_memory.hpp"

#include "engine/run/canonical.hpp"

#include <xxhash.h>

#include <algorithm>
#include <tuple>

namespace repot::migrate {
namespace {

bool less(const RememberedRow& left, const RememberedRow& right) {
  return std::tie(left.key, left.row) < std::tie(right.key, right.row);
}

}  // namespace

void RowMemory::sort() {
  std::sort(rows.begin(), rows.end(), less);
}

bool RowMemory::contains(std::uint64_t key, std::uint64_t row) const {
  return std::binary_search(rows.begin(), rows.end(), RememberedRow{key, row, 0}, less);
}

bool RowMemory::containsKey(std::uint64_t key) const {
  const auto found = std::lower_bound(rows.begin(), rows.end(), RememberedRow{key, 0, 0}, less);
  return found != rows.end() && found->key == key;
}

RowMemory RowMemory::without(const RowMemory& before) const {
  RowMemory rest;
  rest.known = true;
  std::set_difference(rows.begin(), rows.end(), before.rows.begin(), before.rows.end(),
                      std::back_inserter(rest.rows), less);
  return rest;
}

bool isRemembered(const TablePlan& table) {
  const bool named = std::all_of(table.key.begin(), table.key.end(),
                                 [&](std::size_t column) { return table.columns[column].notNull; });
  return !(table.rangeColumn && table.rangeIndexed) && !table.key.empty() && named;
}

std::uint64_t keyHash(std::string_view key) {
  return XXH3_64bits(key.data(), key.size());
}

RememberedRow remember(std::string_view canonical, const TablePlan& table, std::int64_t rowid) {
  return {keyHash(keyOf(canonical, table)), XXH3_64bits(canonical.data(), canonical.size()), rowid};
}

}  // namespace repot::migrate
