// The order in which keys, checks and indexes are made by several streams.
#pragma once

#include "engine/plan.hpp"
#include "engine/run/progress.hpp"

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace repot::migrate {

/// Objects that are made by one stream, one after the other.
struct ObjectTask {
  std::vector<ObjectPlan*> objects;
  /// ALTER TABLE keeps all others from the table; indexes of one table are built side by side.
  bool alters = true;
};

/// Hands out all objects but foreign keys: those of the largest tables first, and none that would
/// wait for the lock of another. Objects of small tables come many at a time, as most of their time
/// is the way to the server and back. Thread-safe.
class ObjectQueue {
 public:
  /// Without those that are `made` already.
  explicit ObjectQueue(Plan& plan, const std::set<const ObjectPlan*>& made = {});

  /// The next task; waits where all that are left want a table that is in use. Nothing: all are
  /// handed out. Throws where the run is stopped.
  const ObjectTask* take(const Progress& progress);
  /// Its tables are free again, whether it succeeded or not.
  void done(const ObjectTask& task);

 private:
  struct Entry {
    ObjectTask task;
    std::string table;
    bool taken = false;
  };
  bool isFree(const Entry& entry) const;

  std::vector<Entry> entries_;
  std::size_t left_ = 0;
  std::multiset<std::string> altered_;
  std::multiset<std::string> indexed_;
  std::mutex mutex_;
  std::condition_variable freed_;
};

}  // namespace repot::migrate
