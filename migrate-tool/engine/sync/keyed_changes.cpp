// See keyed_changes.hpp.
#include "engine/sync/keyed_changes.hpp"

#include "engine/run/canonical.hpp"
#include "engine/run/loading_rows.hpp"
#include "engine/sync/placed_rows.hpp"
#include "engine/sync/row_memory.hpp"

#include <repot/error.hpp>

#include <set>
#include <string>
#include <vector>

namespace repot::migrate {
namespace {

/// t."id" = r.c0 AND …
std::string keyCondition(const TablePlan& table) {
  std::string condition;
  std::size_t staged = 0;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const ColumnPlan& column = table.columns[i];
    const bool isKey = std::find(table.key.begin(), table.key.end(), i) != table.key.end();
    if (isKey && !column.generatedSql)
      condition += (condition.empty() ? "t." : " AND t.") + quoteIdentifier(column.target) +
                   " = r.c" + std::to_string(staged);
    if (!column.generatedSql) ++staged;
  }
  return condition;
}

class KeyedFinder {
 public:
  explicit KeyedFinder(const ChangeTask& task)
      : task_(task),
        fresh_(task.now->without(*task.before)),
        old_(task.before->without(*task.now)) {}

  std::optional<TableChange> find() {
    stageFresh();
    task_.target.execute("ANALYZE pg_temp." + task_.names.rows);
    task_.target.execute("UPDATE pg_temp." + task_.names.rows + " r SET old = t.ctid FROM ONLY " +
                         targetName(task_) + " t WHERE " + keyCondition(task_.table));
    std::set<std::uint64_t> gone;
    std::int64_t replaced = 0;
    for (const RememberedRow& row : old_.rows) {
      if (fresh_.containsKey(row.key)) {
        ++replaced;
      } else {
        gone.insert(row.key);
      }
    }
    if (!areOld("pg_temp." + task_.names.rows, replaced)) return std::nullopt;
    if (!gone.empty()) stageGone(gone);
    if (!areOld("pg_temp." + task_.names.gone, static_cast<std::int64_t>(gone.size())))
      return std::nullopt;
    change_.updated = replaced;
    change_.inserted = change_.staged.rows - replaced;
    change_.deleted = static_cast<std::int64_t>(gone.size());
    return change_;
  }

 private:
  void stageFresh() {
    const bool byRowid = !task_.table.rowidName.empty();
    RowStage stage(task_);
    sqlite::Statement rows = task_.reader->prepare(
        loadingSql(task_.table, stage.encoder(), byRowid, /*generatedToo=*/true));
    SourceRow canonical = loadingRow(task_.table, rows.columnCount());
    const auto visit = [&] {
      while (rows.step()) {
        if (!canonical.read(rows)) continue;
        const RememberedRow row = remember(canonical.canonical(), task_.table, 0);
        if (!fresh_.contains(row.key, row.row)) continue;
        stage.add(rows, rowHash(canonical.canonical()), nullptr);
        task_.progress.throwIfStopped();
      }
    };
    if (!byRowid) visit();
    for (const RememberedRow& row : byRowid ? fresh_.rows : std::vector<RememberedRow>()) {
      rows.reset();
      rows.bind(1, row.rowid).bind(2, row.rowid);
      visit();
    }
    stage.finish();
    change_.staged = stage.digest();
  }

  /// Whether the rows at the places of a stage, so many, are what they were at the last round.
  bool areOld(const std::string& stage, std::int64_t count) {
    std::int64_t same = 0, others = 0;
    visitPlacedRows(task_,
                    "SELECT " + placedColumns(task_.table) + " FROM ONLY " + targetName(task_) +
                        " t JOIN " + stage + " r ON t.ctid = r.old",
                    nullptr, [&](const PlacedRow& placed) {
                      const RememberedRow row = remember(placed.canonical, task_.table, 0);
                      ++(old_.contains(row.key, row.row) ? same : others);
                    });
    return same == count && others == 0;
  }

  /// Places of rows by their keys alone, which the target is asked for as a whole.
  void stageGone(const std::set<std::uint64_t>& gone) {
    TablePlan keys = task_.table;
    keys.columns.clear();
    for (const std::size_t column : task_.table.key)
      keys.columns.push_back(task_.table.columns[column]);
    keys.rangeColumn.reset();
    const ChangeTask task{keys,        task_.schema, task_.reader, task_.target, task_.source,
                          task_.known, true,         false,        task_.names,  task_.progress};
    std::vector<Place> places;
    visitPlacedRows(task,
                    "SELECT " + placedColumns(keys) + " FROM ONLY " + targetName(task_) + " t",
                    nullptr, [&](const PlacedRow& row) {
                      if (gone.contains(keyHash(row.canonical))) places.push_back(row.place);
                    });
    GoneStage stage(task_);
    for (const Place& place : places)
      stage.add(place);
    stage.finish();
  }

  const ChangeTask& task_;
  const RowMemory fresh_;
  const RowMemory old_;
  TableChange change_;
};

}  // namespace

std::optional<TableChange> findKeyedChanges(const ChangeTask& task) {
  return KeyedFinder(task).find();
}

}  // namespace repot::migrate
