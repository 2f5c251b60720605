// See captured_changes.hpp.
#include "engine/sync/captured_changes.hpp"

#include "engine/run/canonical.hpp"
#include "engine/run/loading_rows.hpp"
#include "engine/sync/placed_rows.hpp"

#include <repot/error.hpp>

#include <functional>
#include <map>
#include <utility>

namespace repot::migrate {
namespace {

StageNames keyStageNames(const ChangeTask& task) {
  return {task.names.rows + "_keys", task.names.gone + "_keys"};
}

/// The table as if it had nothing but its key.
TablePlan keysOnly(const TablePlan& table) {
  TablePlan keys = table;
  keys.columns.clear();
  keys.key.clear();
  for (const std::size_t column : table.key) {
    keys.key.push_back(keys.columns.size());
    keys.columns.push_back(table.columns[column]);
  }
  keys.rangeColumn.reset();
  return keys;
}

/// "FROM the rows of the target t that have a logged key".
std::string fromLogged(const ChangeTask& task) {
  std::string columns, condition;
  for (std::size_t i = 0; i < task.table.key.size(); ++i) {
    const std::string staged = "c" + std::to_string(i);
    columns += (i == 0 ? "" : ", ") + staged;
    condition += (i == 0 ? "t." : " AND t.") +
                 quoteIdentifier(task.table.columns[task.table.key[i]].target) + " = r." + staged;
  }
  return " FROM (SELECT DISTINCT " + columns + " FROM pg_temp." + keyStageNames(task).rows +
         ") r JOIN ONLY " + targetName(task) + " t ON " + condition;
}

class CapturedFinder {
 public:
  CapturedFinder(const ChangeTask& task, const LoggedKeys& keys)
      : task_(task), keys_(keys), stage_(task), gone_(task), old_(task.known.shift()) {
    std::string columns;
    for (const std::string& column : keys.columns)
      columns += (columns.empty() ? "" : ", ") + quoteIdentifier(column);
    condition_ =
        (keys.columns.size() > 1 ? "(" + columns + ")" : columns) + " IN (" + keys.sql + ")";
  }

  std::optional<TableChange> find(PartDigests& now) {
    if (!stageKeys() || !readSource()) return std::nullopt;
    if (task_.target.value("SELECT count(*)" + fromLogged(task_) + " WHERE NOT " + keys_.ours) !=
        "0")
      return std::nullopt;
    if (!readTarget()) return std::nullopt;
    stageFresh();
    change_.deleted = static_cast<std::int64_t>(target_.size());
    for (const auto& [key, row] : target_)
      gone_.add(row.first);
    gone_.finish();
    PartDigests fresh(task_.known.shift());
    for (const auto& [key, row] : source_)
      fresh.add(row.second, digestOf(row.first));
    change_.fresh = fresh.sum();
    change_.captured = true;
    if (!now.replace(old_, fresh)) return std::nullopt;
    return change_;
  }

 private:
  /// False where a key has a NULL, which names no row.
  bool stageKeys() {
    const TablePlan plan = keysOnly(task_.table);
    const StageNames names = keyStageNames(task_);
    task_.target.execute(createStageSql(names, task_.schema, plan));
    const ChangeTask task{plan,        task_.schema, task_.reader, task_.target, task_.source,
                          task_.known, true,         false,        names,        task_.progress};
    RowStage stage(task);
    sqlite::Statement rows =
        task_.reader->prepare("SELECT DISTINCT" + keys_.sql.substr(std::string("SELECT").size()));
    while (rows.step()) {
      for (int column = 0; column < rows.columnCount(); ++column) {
        if (rows.isNull(column)) return false;
      }
      stage.add(rows, nullptr);
      task_.progress.throwIfStopped();
    }
    stage.finish();
    task_.target.execute("ANALYZE pg_temp." + names.rows);
    return true;
  }

  void visitSource(const std::function<void(sqlite::Statement&, const SourceRow&)>& visit) {
    sqlite::Statement rows =
        task_.reader->prepare(loadingSqlWhere(task_.table, stage_.encoder(), condition_));
    SourceRow canonical = loadingRow(task_.table, rows.columnCount());
    while (rows.step()) {
      if (canonical.read(rows)) visit(rows, canonical);
      task_.progress.throwIfStopped();
    }
  }

  RowHash keyOfRow(std::string_view canonical) const {
    return rowHash(keyOf(canonical, task_.table));
  }

  /// False where a key names two rows.
  bool readSource() {
    bool unique = true;
    visitSource([&](sqlite::Statement&, const SourceRow& row) {
      unique =
          source_.emplace(keyOfRow(row.canonical()), std::pair(rowHash(row.canonical()), row.key()))
              .second &&
          unique;
    });
    return unique;
  }

  bool readTarget() {
    bool unique = true;
    visitPlacedRows(
        task_, "SELECT " + placedColumns(task_.table) + fromLogged(task_), &old_,
        [&](const Place& place, std::string_view canonical, const RowHash& hash) {
          unique = target_.emplace(keyOfRow(canonical), std::pair(place, hash)).second && unique;
        });
    return unique;
  }

  /// What is in the target already is taken out of `target_`; what is left there is gone.
  void stageFresh() {
    visitSource([&](sqlite::Statement& rows, const SourceRow& row) {
      const auto found = target_.find(keyOfRow(row.canonical()));
      const bool known = found != target_.end();
      if (!known || found->second.second != rowHash(row.canonical())) {
        ++(known ? change_.updated : change_.inserted);
        stage_.add(rows, known ? &found->second.first : nullptr);
        task_.progress.rows.fetch_add(1, std::memory_order_relaxed);
      }
      if (known) target_.erase(found);
    });
    stage_.finish();
  }

  const ChangeTask& task_;
  const LoggedKeys& keys_;
  RowStage stage_;
  GoneStage gone_;
  std::string condition_;
  std::map<RowHash, std::pair<RowHash, std::int64_t>> source_;  ///< By key: the row, its range key.
  std::map<RowHash, std::pair<Place, RowHash>> target_;         ///< By key.
  PartDigests old_;
  TableChange change_;
};

}  // namespace

std::optional<TableChange> findCapturedChanges(const ChangeTask& task, const LoggedKeys& keys,
                                               PartDigests& now) {
  task.target.execute("SAVEPOINT repot_capture");
  try {
    if (const auto change = CapturedFinder(task, keys).find(now)) {
      task.target.execute("RELEASE SAVEPOINT repot_capture");
      return change;
    }
  } catch (const Error& error) {
    // A key of a row that came and went, and is none of the column's values.
    if (error.kind() != ErrorKind::data) throw error.within("table \"" + task.table.source + '"');
  }
  task.target.execute("ROLLBACK TO SAVEPOINT repot_capture");
  return std::nullopt;
}

bool readBackCaptured(const ChangeTask& task, const TableChange& change) {
  PartDigests there(task.known.shift());
  visitPlacedRows(task, "SELECT " + placedColumns(task.table) + fromLogged(task), &there,
                  [](const Place&, std::string_view, const RowHash&) {});
  return there.sum() == change.fresh;
}

}  // namespace repot::migrate
