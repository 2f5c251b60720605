// Digests of small parts: what two chunks share adds up, and bytes are what they were.
#include "engine/run/parts.hpp"

#include <repot/error.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace repot::migrate {
namespace {

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();

TableDigest digest(const std::string& row) {
  TableDigest digest;
  digest.addRow(row);
  return digest;
}

PartDigests partsOf(std::initializer_list<std::int64_t> keys, int shift = 7) {
  PartDigests parts(shift);
  for (const std::int64_t key : keys)
    parts.add(key, digest("row " + std::to_string(key)));
  return parts;
}

TEST(Parts, AreAlignedRangesFromTheLowestKeyToTheHighest) {
  const PartDigests parts = partsOf({lowest, -129, -128, -1, 0, 127, 128, highest});
  EXPECT_EQ(parts.all().size(), 6u);
  EXPECT_EQ(parts.at(-1).rows, 2);
  EXPECT_EQ(parts.at(0).rows, 2);
  EXPECT_EQ(parts.rangeOf(-2).first, -256);
  EXPECT_EQ(parts.rangeOf(-2).last, -129);
  EXPECT_EQ(parts.rangeOf(parts.all().begin()->first).first, lowest);
  EXPECT_EQ(parts.rangeOf(parts.all().rbegin()->first).last, highest);
}

TEST(Parts, OfTwoChunksAddUp) {
  PartDigests chunk = partsOf({1, 2, 300});
  chunk.merge(partsOf({3, 301, 100'000}));
  EXPECT_EQ(chunk.all(), partsOf({1, 2, 3, 300, 301, 100'000}).all());
  EXPECT_EQ(chunk.sum().rows, 6);
}

TEST(Parts, OfDifferentWidthsAddUpInTheWiderOnes) {
  for (const bool narrowFirst : {true, false}) {
    PartDigests one = partsOf({-5, 1, 300}, narrowFirst ? 7 : 9);
    one.merge(partsOf({2, 511, 512}, narrowFirst ? 9 : 7));
    EXPECT_EQ(one.shift(), 9);
    EXPECT_EQ(one.all(), partsOf({-5, 1, 2, 300, 511, 512}, 9).all());
  }
}

TEST(Parts, AreBytesAndBack) {
  const PartDigests parts = partsOf({lowest, -7, 0, 5, 5'000'000'000, highest});
  const PartDigests back = PartDigests::decode(parts.encode());
  EXPECT_EQ(back.all(), parts.all());
  EXPECT_EQ(back.shift(), parts.shift());
  EXPECT_TRUE(PartDigests::decode(PartDigests().encode()).all().empty());
}

TEST(Parts, RefuseBytesThatAreNoneOfTheirs) {
  const std::string bytes = partsOf({1, 1000}).encode();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    // Only where one part ends the bytes may end.
    if (size == 2 || size == 2 + (bytes.size() - 2) / 2) continue;
    EXPECT_THROW(PartDigests::decode(bytes.substr(0, size)), Error) << size;
  }
  EXPECT_THROW(PartDigests::decode('\1' + bytes.substr(1)), Error);
  EXPECT_THROW(PartDigests::decode(std::string({'\2', '\x40'})), Error);
  // The same part twice.
  const std::string part = partsOf({1}).encode().substr(2);
  EXPECT_THROW(PartDigests::decode(bytes.substr(0, 2) + part + part), Error);
}

TEST(Parts, AreTheSameInWhateverOrderRowsCome) {
  std::vector<std::int64_t> keys(20'000);
  std::iota(keys.begin(), keys.end(), -10'000);
  PartDigests inOrder(1), shuffled(1);
  for (const std::int64_t key : keys)
    inOrder.add(key, digest(std::to_string(key)));
  std::shuffle(keys.begin(), keys.end(), std::mt19937(1));
  for (const std::int64_t key : keys)
    shuffled.add(key, digest(std::to_string(key)));
  EXPECT_EQ(shuffled.all(), inOrder.all());
  EXPECT_EQ(shuffled.all().size(), 10'000u);
  EXPECT_EQ(shuffled.encode(), inOrder.encode());
}

TEST(Parts, ThatDifferAreNamed) {
  EXPECT_TRUE(differentParts(partsOf({1, 300}), partsOf({1, 300})).empty());
  EXPECT_EQ(differentParts(partsOf({-1, 1, 300, 1000}), partsOf({1, 301, 2000})),
            (std::vector<std::int64_t>{-1, 2, 7, 15}));
}

TEST(Parts, TakeRowsOutAndIn) {
  PartDigests parts = partsOf({1, 2, 70, 1000});
  EXPECT_TRUE(parts.replace(partsOf({2, 1000}), partsOf({3, 70'000})));
  EXPECT_EQ(parts.all(), partsOf({1, 3, 70, 70'000}).all());
  EXPECT_TRUE(parts.replace(partsOf({1, 3, 70, 70'000}), PartDigests()));
  EXPECT_TRUE(parts.all().empty());
}

TEST(Parts, TellRowsThatWereNeverIn) {
  EXPECT_FALSE(partsOf({1, 700}).replace(partsOf({1000}), PartDigests()));
  EXPECT_FALSE(partsOf({1, 700}).replace(partsOf({2}), PartDigests()));
  EXPECT_FALSE(partsOf({1, 700}).replace(partsOf({1, 2}), PartDigests()));
}

TEST(Parts, OfALargeTableAreWider) {
  TablePlan table;
  table.rangeColumn = 0;
  table.rowidMin = 1;
  table.rowidMax = 10'000'000;
  EXPECT_EQ(PartDigests::of(table).shift(), 6);
  table.rowidMax = std::int64_t{1} << 40;
  EXPECT_EQ(PartDigests::of(table).shift(), 22);
  table.rowidMin = lowest;
  table.rowidMax = highest;
  EXPECT_EQ(PartDigests::of(table).shift(), 46);
  table.rangeColumn.reset();
  EXPECT_EQ(PartDigests::of(table).shift(), 6);
}

}  // namespace
}  // namespace repot::migrate
