// Unsigned arithmetic, as the width between two rowids may pass 2^63; see load_tasks.hpp.
#include "engine/run/load_tasks.hpp"

#include <algorithm>

namespace repot::migrate {
namespace {

bool hasLess(const LoadTask& left, const LoadTask& right) {
  return left.bytes < right.bytes;
}

std::uint64_t widthOf(const KeyRange& range) {
  return static_cast<std::uint64_t>(range.last) - static_cast<std::uint64_t>(range.first);
}

/// Takes a chunk of about so many bytes from the front of a range. Where the rowids are sparse some
/// chunks are empty, which costs one look into the b-tree each.
LoadTask cut(LoadTask& task, std::int64_t bytes) {
  LoadTask chunk = task;
  const double share = static_cast<double>(bytes) / static_cast<double>(task.bytes);
  const std::uint64_t width = widthOf(*task.range);
  const auto step = static_cast<std::uint64_t>(share * static_cast<double>(width));
  const std::uint64_t last = static_cast<std::uint64_t>(task.range->first) + step;
  chunk.range->last = static_cast<std::int64_t>(last);
  chunk.bytes = bytes;
  task.range->first = static_cast<std::int64_t>(last + 1);
  task.bytes -= bytes;
  return chunk;
}

void addTasks(std::size_t index, const TablePlan& table, const std::vector<KeyRange>& kept,
              std::int64_t smallest, std::vector<LoadTask>& tasks) {
  const bool ranged = !table.rowidName.empty() && table.rowidMax >= table.rowidMin;
  if (kept.empty() && (!ranged || table.bytes < 2 * smallest)) {
    tasks.push_back({index, std::nullopt, table.bytes});
    return;
  }
  const double all = static_cast<double>(widthOf({table.rowidMin, table.rowidMax})) + 1;
  for (const KeyRange& gap : gaps(table, kept)) {
    const double share = (static_cast<double>(widthOf(gap)) + 1) / all;
    tasks.push_back(
        {index, gap, static_cast<std::int64_t>(share * static_cast<double>(table.bytes))});
  }
}

}  // namespace

std::vector<KeyRange> gaps(const TablePlan& table, const std::vector<KeyRange>& kept) {
  std::vector<KeyRange> found;
  if (table.rowidMax < table.rowidMin) return found;
  std::int64_t next = table.rowidMin;
  for (const KeyRange& range : kept) {
    if (range.last < next) continue;
    if (range.first > table.rowidMax) break;
    if (range.first > next) found.push_back({next, range.first - 1});
    if (range.last >= table.rowidMax) return found;
    next = range.last + 1;
  }
  found.push_back({next, table.rowidMax});
  return found;
}

LoadQueue::LoadQueue(const Plan& plan, const std::vector<std::vector<KeyRange>>& kept,
                     const LoadPace& pace)
    : pace_(pace) {
  for (std::size_t i = 0; i < plan.tables.size(); ++i)
    addTasks(i, plan.tables[i], kept.empty() ? std::vector<KeyRange>() : kept[i],
             pace.smallestChunk(), tasks_);
  for (const LoadTask& task : tasks_)
    left_ += task.bytes;
  // The largest last, as they are taken from the back.
  std::stable_sort(tasks_.begin(), tasks_.end(), hasLess);
}

std::optional<LoadTask> LoadQueue::take() {
  const std::lock_guard lock(mutex_);
  if (tasks_.empty()) return std::nullopt;
  LoadTask& largest = tasks_.back();
  // A table's chunks are rows of the ledger, so that there are some thousand at most.
  constexpr std::int64_t chunksMax = 4096;
  const std::int64_t bytes = std::max(pace_.chunkBytes(left_), largest.bytes / chunksMax);
  const bool whole =
      !largest.range || largest.bytes < bytes + bytes / 2 || widthOf(*largest.range) < 2;
  LoadTask task = largest;
  if (whole) {
    tasks_.pop_back();
  } else {
    task = cut(largest, bytes);
    // What is left of it stands among the others by its size.
    const LoadTask rest = largest;
    tasks_.pop_back();
    tasks_.insert(std::lower_bound(tasks_.begin(), tasks_.end(), rest, hasLess), rest);
  }
  left_ -= task.bytes;
  return task;
}

bool LoadQueue::empty() const {
  const std::lock_guard lock(mutex_);
  return tasks_.empty();
}

}  // namespace repot::migrate
