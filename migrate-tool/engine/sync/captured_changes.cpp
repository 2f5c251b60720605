// See captured_changes.hpp.
#include "engine/sync/captured_changes.hpp"

#include "engine/run/canonical.hpp"
#include "engine/run/loading_rows.hpp"
#include "engine/sync/placed_rows.hpp"

#include <repot/error.hpp>

#include <map>
#include <set>
#include <utility>

namespace repot::migrate {
namespace {

StageNames keyStageNames(const ChangeTask& task) {
  return {task.names.rows + "_keys", task.names.gone + "_keys", task.names.written + "_keys"};
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

/// "FROM the rows of the target t that have a logged key", in the order of the keys, which is often
/// that of the pages: at random it took the server nearly twice as long.
std::string fromLogged(const ChangeTask& task) {
  std::string columns, condition;
  for (std::size_t i = 0; i < task.table.key.size(); ++i) {
    const std::string staged = "c" + std::to_string(i);
    columns += (i == 0 ? "" : ", ") + staged;
    condition += (i == 0 ? "t." : " AND t.") +
                 quoteIdentifier(task.table.columns[task.table.key[i]].target) + " = r." + staged;
  }
  return " FROM (SELECT DISTINCT " + columns + " FROM pg_temp." + keyStageNames(task).rows +
         " ORDER BY " + columns + ") r JOIN ONLY " + targetName(task) + " t ON " + condition;
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
    PartDigests fresh(task_.known.shift());
    if (!stageKeys() || !readTarget() || !readSource(fresh)) return std::nullopt;
    change_.deleted = static_cast<std::int64_t>(target_.size());
    for (const auto& [key, row] : target_)
      gone_.add(row.first);
    gone_.finish();
    change_.staged = stage_.digest();
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
      stage.add(rows, {}, nullptr);
      task_.progress.throwIfStopped();
    }
    stage.finish();
    task_.target.execute("ANALYZE pg_temp." + names.rows);
    return true;
  }

  RowHash keyOfRow(std::string_view canonical) const {
    return rowHash(keyOf(canonical, task_.table));
  }

  /// False where a key names two rows, or somebody else wrote one.
  bool readTarget() {
    bool unique = true;
    const std::string place = "CASE WHEN " + keys_.ours + " THEN t.ctid END";
    const bool ours =
        visitPlacedRows(task_, "SELECT " + placedColumns(task_.table, place) + fromLogged(task_),
                        &old_, [&](const PlacedRow& row) {
                          const auto entry = std::pair(row.place, row.hash);
                          unique = target_.emplace(keyOfRow(row.canonical), entry).second && unique;
                        });
    return unique && ours;
  }

  /// Adds the rows to `fresh`, and stages those that the target has not. What it has under their
  /// keys is taken out of `target_`; what is left there is gone. False where a key names two rows.
  bool readSource(PartDigests& fresh) {
    std::set<RowHash> met;
    sqlite::Statement rows =
        task_.reader->prepare(loadingSqlWhere(task_.table, stage_.encoder(), condition_));
    SourceRow row = loadingRow(task_.table, rows.columnCount());
    while (rows.step()) {
      task_.progress.throwIfStopped();
      if (!row.read(rows)) continue;
      const RowHash hash = rowHash(row.canonical());
      const RowHash key = keyOfRow(row.canonical());
      if (!met.insert(key).second) return false;
      fresh.add(row.key(), digestOf(hash));
      const auto found = target_.find(key);
      const bool known = found != target_.end();
      if (!known || found->second.second != hash) {
        ++(known ? change_.updated : change_.inserted);
        stage_.add(rows, hash, known ? &found->second.first : nullptr);
        task_.progress.rows.fetch_add(1, std::memory_order_relaxed);
      }
      if (known) target_.erase(found);
    }
    stage_.finish();
    return true;
  }

  const ChangeTask& task_;
  const LoggedKeys& keys_;
  RowStage stage_;
  GoneStage gone_;
  std::string condition_;
  std::map<RowHash, std::pair<Place, RowHash>> target_;  ///< By key.
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

}  // namespace repot::migrate
