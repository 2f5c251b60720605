// Locks are known here, so that no statement ever waits for one on the server; see
// object_queue.hpp.
#include "engine/run/object_queue.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

namespace repot::migrate {
namespace {

constexpr std::int64_t smallBytes = std::int64_t{1} << 20;
/// Each object holds a few locks until the end of its transaction; a server has 6,400 by default.
constexpr std::size_t objectsTogether = 100;

bool isBuiltBesideOthers(const ObjectPlan& object) {
  return object.kind == ObjectPlan::Kind::index && !object.sql.starts_with("ALTER TABLE");
}

}  // namespace

ObjectQueue::ObjectQueue(Plan& plan, const std::set<const ObjectPlan*>& made) {
  std::map<std::string, std::vector<ObjectPlan*>> byTable;
  for (ObjectPlan& object : plan.objects) {
    if (object.kind != ObjectPlan::Kind::foreignKey && !made.contains(&object))
      byTable[object.table].push_back(&object);
  }
  std::vector<const TablePlan*> tables;
  for (const TablePlan& table : plan.tables)
    tables.push_back(&table);
  std::stable_sort(tables.begin(), tables.end(), [](const TablePlan* left, const TablePlan* right) {
    return left->bytes > right->bytes;
  });
  std::vector<ObjectPlan*> together;
  const auto closeTogether = [&] {
    if (!together.empty()) entries_.push_back({{std::exchange(together, {}), true}, {}, false});
  };
  for (const TablePlan* table : tables) {
    std::vector<ObjectPlan*>& objects = byTable[table->target];
    if (table->bytes < smallBytes) {
      if (together.size() + objects.size() > objectsTogether) closeTogether();
      together.insert(together.end(), objects.begin(), objects.end());
      continue;
    }
    // Keys first: what is left is then built side by side.
    std::stable_partition(objects.begin(), objects.end(),
                          [](const ObjectPlan* object) { return !isBuiltBesideOthers(*object); });
    for (ObjectPlan* object : objects)
      entries_.push_back({{{object}, !isBuiltBesideOthers(*object)}, table->target, false});
  }
  closeTogether();
  left_ = entries_.size();
}

bool ObjectQueue::isFree(const Entry& entry) const {
  // Small tables are in no other task.
  if (entry.table.empty()) return true;
  return !altered_.contains(entry.table) && (!entry.task.alters || !indexed_.contains(entry.table));
}

const ObjectTask* ObjectQueue::take(const Progress& progress) {
  std::unique_lock lock(mutex_);
  while (left_ > 0) {
    progress.throwIfStopped();
    const auto next = std::find_if(entries_.begin(), entries_.end(), [this](const Entry& entry) {
      return !entry.taken && isFree(entry);
    });
    if (next != entries_.end()) {
      next->taken = true;
      --left_;
      (next->task.alters ? altered_ : indexed_).insert(next->table);
      return &next->task;
    }
    // Not for ever, since the others may have been stopped.
    freed_.wait_for(lock, std::chrono::milliseconds(100));
  }
  return nullptr;
}

void ObjectQueue::done(const ObjectTask& task) {
  const std::lock_guard lock(mutex_);
  const auto entry = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& each) { return &each.task == &task; });
  std::multiset<std::string>& tables = task.alters ? altered_ : indexed_;
  tables.erase(tables.find(entry->table));
  freed_.notify_all();
}

}  // namespace repot::migrate
