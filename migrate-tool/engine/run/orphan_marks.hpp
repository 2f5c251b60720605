// Which values of a row are left out because their foreign key leads nowhere.
#pragma once

#include "engine/plan.hpp"

#include <repot/sqlite/bulk.hpp>

#include <string>
#include <vector>

namespace repot::migrate {

class OrphanMarks {
 public:
  /// `table` must outlive the marks; `firstIndex` is the place of the first condition in the
  /// SELECT.
  OrphanMarks(const TablePlan& table, int firstIndex)
      : table_(table), firstIndex_(firstIndex), marks_(table.columns.size(), nullptr) {}

  /// ", condition" for each rule, to stand behind the columns of a SELECT.
  std::string conditions() const {
    std::string list;
    for (const OrphanPlan& orphan : table_.orphans)
      list += ", " + orphan.condition;
    return list;
  }

  /// Reads the conditions of the current row; true where the row goes to the quarantine as a whole.
  bool read(const sqlite::Statement& row) {
    if (table_.orphans.empty()) return false;
    bool wholeRow = false;
    marks_.assign(marks_.size(), nullptr);
    for (std::size_t i = 0; i < table_.orphans.size(); ++i) {
      if (row.int64(firstIndex_ + static_cast<int>(i)) == 0) continue;
      const OrphanPlan& orphan = table_.orphans[i];
      wholeRow = wholeRow || orphan.policy == MisfitPolicy::quarantineRow;
      for (const std::size_t column : orphan.columns) {
        const OrphanPlan*& mark = marks_[column];
        // Of several foreign keys over a column the strictest rule holds.
        if (mark == nullptr || mark->policy < orphan.policy) mark = &orphan;
      }
    }
    return wholeRow;
  }

  /// The rule by which the value of the plan's column is left out; null where it stays.
  const OrphanPlan* of(std::size_t column) const { return marks_[column]; }

 private:
  const TablePlan& table_;
  int firstIndex_;
  std::vector<const OrphanPlan*> marks_;
};

}  // namespace repot::migrate
