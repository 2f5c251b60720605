// What is to be loaded: tables and ranges of their rowids, of which most is left first.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/load_pace.hpp"

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

/// Hands out all of `plan` but the ranges `kept`, by table; empty: none is. Ranges are cut into
/// chunks as they are taken. `pace` must outlive the queue.
/// Thread-safe.
class LoadQueue {
 public:
  LoadQueue(const Plan& plan, const std::vector<std::vector<KeyRange>>& kept, const LoadPace& pace);
  std::optional<LoadTask> take();
  bool empty() const;

 private:
  const LoadPace& pace_;
  mutable std::mutex mutex_;
  std::vector<LoadTask> tasks_;
  std::int64_t left_ = 0;  ///< Bytes.
};

/// The rowids between the table's smallest and largest that are in none of `kept`, which are
/// disjoint and go from low to high.
std::vector<KeyRange> gaps(const TablePlan& table, const std::vector<KeyRange>& kept);

}  // namespace repot::migrate
