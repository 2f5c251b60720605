// Unsigned arithmetic, as the width between two rowids may pass 2^63; see load_tasks.hpp.
#include "engine/run/load_tasks.hpp"

#include <algorithm>

namespace repot::migrate {
namespace {

constexpr std::int64_t piecesMax = 1024;

std::uint64_t widthOf(const KeyRange& range) {
  return static_cast<std::uint64_t>(range.last) - static_cast<std::uint64_t>(range.first);
}

/// Cuts a range into pieces of equal width. Where the rowids are sparse some pieces are empty,
/// which costs one look into the b-tree each.
void split(std::size_t table, const KeyRange& range, std::int64_t bytes, std::int64_t chunkBytes,
           std::vector<LoadTask>& tasks) {
  const std::int64_t pieces = std::clamp<std::int64_t>(bytes / chunkBytes, 1, piecesMax);
  const auto first = static_cast<std::uint64_t>(range.first);
  const std::uint64_t width = widthOf(range);
  const std::uint64_t step = width / static_cast<std::uint64_t>(pieces) + 1;
  for (std::uint64_t offset = 0;; offset += step) {
    const std::uint64_t last = step - 1 < width - offset ? offset + step - 1 : width;
    tasks.push_back({table,
                     KeyRange{static_cast<std::int64_t>(first + offset),
                              static_cast<std::int64_t>(first + last)},
                     bytes / pieces});
    if (last == width) return;
  }
}

void addTasks(std::size_t index, const TablePlan& table, const std::vector<KeyRange>& kept,
              std::int64_t chunkBytes, std::vector<LoadTask>& tasks) {
  const bool ranged = !table.rowidName.empty() && table.rowidMax >= table.rowidMin;
  if (kept.empty() && (!ranged || table.bytes < 2 * chunkBytes)) {
    tasks.push_back({index, std::nullopt, table.bytes});
    return;
  }
  const double all = static_cast<double>(widthOf({table.rowidMin, table.rowidMax})) + 1;
  for (const KeyRange& gap : gaps(table, kept)) {
    const double share = (static_cast<double>(widthOf(gap)) + 1) / all;
    split(index, gap, static_cast<std::int64_t>(share * static_cast<double>(table.bytes)),
          chunkBytes, tasks);
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
                     std::int64_t chunkBytes) {
  for (std::size_t i = 0; i < plan.tables.size(); ++i)
    addTasks(i, plan.tables[i], kept.empty() ? std::vector<KeyRange>() : kept[i], chunkBytes,
             tasks_);
  // The largest last, as they are taken from the back.
  std::stable_sort(tasks_.begin(), tasks_.end(),
                   [](const LoadTask& a, const LoadTask& b) { return a.bytes < b.bytes; });
}

std::optional<LoadTask> LoadQueue::take() {
  const std::lock_guard lock(mutex_);
  if (tasks_.empty()) return std::nullopt;
  const LoadTask task = tasks_.back();
  tasks_.pop_back();
  return task;
}

}  // namespace repot::migrate
