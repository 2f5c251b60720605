// Which rows are kept while a source is read: all of each part that is not the ledger's, however
// the parts lie to the ranges that two streams read.
#include "engine/sync/part_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

namespace repot::migrate {
namespace {

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();

TableDigest digest(std::int64_t key, const std::string& value) {
  TableDigest row;
  row.addRow(std::to_string(key) + value);
  return row;
}

class PartRowsTest : public testing::Test {
 protected:
  void ledgerHas(std::int64_t first, std::int64_t last) {
    for (std::int64_t key = first; key <= last; ++key)
      ledger_.add(key, digest(key, "old"));
  }
  /// A stream reads rows of these keys, those of `changed` with another value.
  void read(std::int64_t first, std::int64_t last, KeyRange range,
            const std::set<std::int64_t>& changed = {}) {
    PartWatch watch(ledger_, range, left_);
    for (std::int64_t key = first; key <= last; ++key)
      watch.add(key, digest(key, changed.contains(key) ? "new" : "old"));
    watch.addTo(rows_);
  }
  std::vector<std::int64_t> kept() {
    rows_.sort();
    std::vector<std::int64_t> keys;
    for (const PartRows::Row& row : rows_.rows)
      keys.push_back(row.key);
    return keys;
  }
  static std::vector<std::int64_t> keys(std::int64_t first, std::int64_t last) {
    std::vector<std::int64_t> all;
    for (std::int64_t key = first; key <= last; ++key)
      all.push_back(key);
    return all;
  }

  PartDigests ledger_{6};
  std::atomic<std::int64_t> left_ = PartRows::rowsMax;
  PartRows rows_{true, {}};
};

TEST_F(PartRowsTest, AreThoseOfThePartsThatChanged) {
  ledgerHas(1, 1000);
  read(1, 1000, {lowest, highest}, {130, 200});
  EXPECT_TRUE(rows_.known);
  EXPECT_EQ(kept(), keys(128, 255));
  EXPECT_EQ(rows_.from(0)->key, 128);
  EXPECT_EQ(rows_.from(200)->key, 200);
  EXPECT_TRUE(rows_.from(256) == rows_.rows.end());
}

TEST_F(PartRowsTest, AreNoneWhereNothingChanged) {
  ledgerHas(1, 1000);
  read(1, 1000, {lowest, highest});
  EXPECT_TRUE(rows_.known);
  EXPECT_TRUE(rows_.rows.empty());
}

// The first stream's half of the part is all that the ledger had of it.
TEST_F(PartRowsTest, AreWholePartsWhereARangeEndsWithin) {
  ledgerHas(1, 100);
  read(1, 100, {1, 100});
  read(101, 127, {101, 400});
  const std::vector<std::int64_t> all = kept();
  for (const std::int64_t key : keys(64, 127))
    EXPECT_EQ(std::count(all.begin(), all.end(), key), 1) << key;
}

TEST_F(PartRowsTest, AreNotKnownWhereTheyAreTooMany) {
  left_ = 100;
  ledgerHas(1, 1000);
  read(1, 1000, {lowest, highest}, {130, 200});
  EXPECT_FALSE(rows_.known);
  EXPECT_TRUE(rows_.rows.empty());
}

}  // namespace
}  // namespace repot::migrate
