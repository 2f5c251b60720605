// What is to be loaded: tables and ranges of their rowids, the largest first.
#pragma once

#include "engine/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

namespace repot::migrate {

struct LoadTask {
  std::size_t table = 0;          ///< Index into the plan's tables.
  std::optional<KeyRange> range;  ///< Nothing: the whole table.
  std::int64_t bytes = 0;
};

/// Hands out all of `plan` but the ranges `kept`, by table; empty: none is. Ranges are split into
/// pieces of at least `chunkBytes`.
/// Thread-safe.
class LoadQueue {
 public:
  LoadQueue(const Plan& plan, const std::vector<std::vector<KeyRange>>& kept,
            std::int64_t chunkBytes);
  std::optional<LoadTask> take();
  bool empty() const { return tasks_.empty(); }

 private:
  std::mutex mutex_;
  std::vector<LoadTask> tasks_;
};

/// The rowids between the table's smallest and largest that are in none of `kept`, which are
/// disjoint and go from low to high.
std::vector<KeyRange> gaps(const TablePlan& table, const std::vector<KeyRange>& kept);

}  // namespace repot::migrate
