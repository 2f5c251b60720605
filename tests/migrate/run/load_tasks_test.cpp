// Which ranges are to be loaded: whatever is kept, every rowid is in exactly one range.
#include "engine/run/load_tasks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

namespace repot::migrate {
namespace {

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t chunkBytes = 1000;

TablePlan tableOf(std::int64_t first, std::int64_t last, std::int64_t bytes) {
  TablePlan table;
  table.rowidName = "rowid";
  table.rowidMin = first;
  table.rowidMax = last;
  table.bytes = bytes;
  return table;
}

std::vector<LoadTask> tasksOf(const TablePlan& table, const std::vector<KeyRange>& kept) {
  Plan plan;
  plan.tables.push_back(table);
  const LoadPace pace({1, 1, chunkBytes});
  LoadQueue queue(plan, {kept}, pace);
  std::vector<LoadTask> tasks;
  while (auto task = queue.take())
    tasks.push_back(*task);
  return tasks;
}

/// Whether the ranges lie one after the other without a gap, from the first rowid to the last.
void expectTiles(std::vector<KeyRange> ranges, std::int64_t first, std::int64_t last) {
  std::sort(ranges.begin(), ranges.end(),
            [](const KeyRange& a, const KeyRange& b) { return a.first < b.first; });
  ASSERT_FALSE(ranges.empty());
  EXPECT_LE(ranges.front().first, first);
  EXPECT_GE(ranges.back().last, last);
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    EXPECT_LE(ranges[i].first, ranges[i].last);
    if (i > 0) {
      EXPECT_EQ(ranges[i].first, ranges[i - 1].last + 1);
    }
  }
}

TEST(LoadTasks, ASmallTableIsOneTaskWithoutRange) {
  const auto tasks = tasksOf(tableOf(1, 100, chunkBytes), {});
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_FALSE(tasks[0].range);
}

TEST(LoadTasks, NothingIsLeftOfATableThatIsKeptWhole) {
  EXPECT_TRUE(tasksOf(tableOf(lowest, highest, 50 * chunkBytes), {{lowest, highest}}).empty());
  EXPECT_TRUE(tasksOf(tableOf(0, -1, 0), {{lowest, highest}}).empty());
}

TEST(LoadTasks, RowidsBeyondTheKeptRangesAreLoaded) {
  const auto tasks = tasksOf(tableOf(-5, 205, 10), {{1, 100}, {101, 200}});
  ASSERT_EQ(tasks.size(), 2U);
  std::vector<KeyRange> ranges = {{1, 100}, {101, 200}};
  for (const LoadTask& task : tasks)
    ranges.push_back(task.range.value());
  expectTiles(ranges, -5, 205);
}

TEST(LoadTasks, WhatIsLeftMostOfIsTakenFirstInEqualChunks) {
  Plan plan;
  plan.tables = {tableOf(1, 1000, 10 * chunkBytes), tableOf(1, 1000, 6 * chunkBytes)};
  const LoadPace pace({1, 1, chunkBytes});
  LoadQueue queue(plan, {}, pace);
  std::vector<std::size_t> tables;
  while (const auto task = queue.take()) {
    tables.push_back(task->table);
    EXPECT_NEAR(static_cast<double>(task->bytes), chunkBytes, chunkBytes / 2);
  }
  EXPECT_EQ(tables.size(), 16U);
  EXPECT_EQ(std::vector<std::size_t>(tables.begin(), tables.begin() + 4),
            std::vector<std::size_t>(4, 0));
  EXPECT_EQ(std::count(tables.begin(), tables.end(), 1U), 6);
}

TEST(LoadTasks, WhateverIsKeptEachRowidIsInOneRange) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 500; ++round) {
    const bool wide = round % 5 == 0;
    const std::int64_t first = wide ? lowest : static_cast<std::int64_t>(random() % 2000) - 1000;
    const std::int64_t last = wide ? highest : first + static_cast<std::int64_t>(random() % 5000);
    const TablePlan table =
        tableOf(first, last, static_cast<std::int64_t>(random() % 40) * chunkBytes);
    std::vector<KeyRange> ranges, kept;
    for (const LoadTask& task : tasksOf(table, {}))
      ranges.push_back(task.range.value_or(KeyRange{lowest, highest}));
    for (const KeyRange& range : ranges) {
      if (random() % 2 == 0) kept.push_back(range);
    }
    std::sort(kept.begin(), kept.end(),
              [](const KeyRange& a, const KeyRange& b) { return a.first < b.first; });
    // By now the source has other bounds.
    TablePlan later = table;
    if (!wide) {
      later.rowidMin -= static_cast<std::int64_t>(random() % 100);
      later.rowidMax += static_cast<std::int64_t>(random() % 100);
    }
    std::vector<KeyRange> all = kept;
    for (const LoadTask& task : tasksOf(later, kept))
      all.push_back(task.range.value_or(KeyRange{lowest, highest}));
    expectTiles(all, later.rowidMin, later.rowidMax);
    if (HasFatalFailure() || HasNonfatalFailure()) FAIL() << "round " << round;
  }
}

}  // namespace
}  // namespace repot::migrate
