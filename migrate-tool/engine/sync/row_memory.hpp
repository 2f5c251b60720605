// What a table held at the last round: a hash of each row's key and of the row. Of tables whose key
// is no integer it tells which rows changed, without a look at the target.
#pragma once

#include "engine/plan.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace repot::migrate {

struct RememberedRow {
  std::uint64_t key = 0;
  std::uint64_t row = 0;
  std::int64_t rowid = 0;  ///< 0 where the table has none.
  bool sameRow(const RememberedRow& other) const { return key == other.key && row == other.row; }
};

/// Sorted by key and row. Not `known`: nothing is remembered.
struct RowMemory {
  /// Of all tables of a source together: 96 MiB.
  static constexpr std::int64_t rowsMax = 4'000'000;

  bool known = false;
  std::vector<RememberedRow> rows;

  void sort();
  bool contains(std::uint64_t key, std::uint64_t row) const;
  bool containsKey(std::uint64_t key) const;
  /// Rows that `before` has not.
  RowMemory without(const RowMemory& before) const;
};

/// Tables whose changes are found so: with a key without NULLs, by which the target finds no
/// ranges.
bool isRemembered(const TablePlan& table);

/// Of a canonical row.
RememberedRow remember(std::string_view canonical, const TablePlan& table, std::int64_t rowid);
/// Of the canonical values of the key, one after the other in its order.
std::uint64_t keyHash(std::string_view key);

}  // namespace repot::migrate
