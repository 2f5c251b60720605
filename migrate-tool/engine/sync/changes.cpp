// Digests of the rows of both sides are matched; what has no match is new, gone, or, under the same
// key, changed. Rows of the target are named by their place (ctid), so that no key is needed.
#include "engine/sync/changes.hpp"

#include "engine/run/canonical.hpp"
#include "engine/run/loading_rows.hpp"
#include "engine/run/row_source.hpp"
#include "engine/sync/keyed_changes.hpp"
#include "engine/sync/placed_rows.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace repot::migrate {
namespace {

using Hash = RowHash;
using Ranges = std::vector<KeyRange>;

constexpr std::int64_t bucketRows = 4'000'000;
constexpr std::int64_t batchRows = 200'000;
constexpr std::size_t batchRanges = 500;
constexpr std::int64_t reportRows = 1024;

/// Places and columns of the rows in `ranges`, or of all.
std::string targetSql(const ChangeTask& task, const Ranges& ranges) {
  const std::string select = "SELECT " + placedColumns(task.table) + " FROM ";
  if (ranges.empty()) return select + "ONLY " + targetName(task) + " t";
  std::string values;
  for (const KeyRange& range : ranges) {
    values += (values.empty() ? "" : ", ") + ("('" + std::to_string(range.first)) + "'::bigint, '" +
              std::to_string(range.last) + "'::bigint)";
  }
  const std::string key =
      "t." + quoteIdentifier(task.table.columns[*task.table.rangeColumn].target);
  return select + "(VALUES " + values + ") r(f, l) JOIN ONLY " + targetName(task) + " t ON " + key +
         " >= r.f AND " + key + " <= r.l";
}

void visitTarget(const ChangeTask& task, const Ranges& ranges, PartDigests* parts,
                 const PlacedVisitor& visit) {
  visitPlacedRows(task, targetSql(task, ranges), parts, visit);
}

/// Parts that are not what the ledger says, next to each other as one range.
struct Pieces {
  Ranges ranges;
  std::vector<std::int64_t> rows;  ///< At most, of either side.
  std::vector<std::int64_t> indexes;
};

Pieces piecesOf(const ChangeTask& task) {
  Pieces pieces;
  pieces.indexes = differentParts(task.source, task.known);
  for (const std::int64_t index : pieces.indexes) {
    const KeyRange range = task.source.rangeOf(index);
    const std::int64_t rows = std::max(task.source.at(index).rows, task.known.at(index).rows);
    const bool adjacent = !pieces.ranges.empty() && pieces.ranges.back().last + 1 == range.first;
    if (adjacent && pieces.rows.back() + rows <= batchRows) {
      pieces.ranges.back().last = range.last;
      pieces.rows.back() += rows;
    } else {
      pieces.ranges.push_back(range);
      pieces.rows.push_back(rows);
    }
  }
  return pieces;
}

/// Whether the target finds rows by ranges at once.
bool isRanged(const ChangeTask& task) {
  return task.table.rangeColumn && task.table.rangeIndexed && !task.readAll;
}

/// Calls `each(ranges, rows)` with as many ranges as go well together; once without any, which is
/// the whole table, where there is no other way.
void inBatches(const ChangeTask& task, const Pieces& pieces,
               const std::function<void(const Ranges&, std::int64_t)>& each) {
  if (!isRanged(task)) {
    each({}, std::max(task.source.sum().rows, task.known.sum().rows));
    return;
  }
  Ranges batch;
  std::int64_t rows = 0;
  for (std::size_t i = 0; i < pieces.ranges.size(); ++i) {
    batch.push_back(pieces.ranges[i]);
    rows += pieces.rows[i];
    const bool last = i + 1 == pieces.ranges.size();
    if (!last && batch.size() < batchRanges && rows + pieces.rows[i + 1] <= batchRows) continue;
    each(batch, rows);
    batch.clear();
    rows = 0;
  }
}

class ChangeFinder {
 public:
  explicit ChangeFinder(const ChangeTask& task)
      : task_(task),
        changed_(task.changed != nullptr && isRanged(task) ? task.changed : nullptr),
        stage_(task),
        gone_(task),
        target_(task.source.shift()),
        after_(task.source.shift()) {}

  TableChange find() {
    const Pieces pieces = piecesOf(task_);
    inBatches(task_, pieces, [&](const Ranges& ranges, std::int64_t rows) {
      const auto buckets = static_cast<std::uint64_t>(rows / bucketRows + 1);
      for (std::uint64_t bucket = 0; bucket < buckets; ++bucket)
        compare(ranges, bucket, buckets);
    });
    change_.partsRead = static_cast<std::int64_t>(pieces.indexes.size());
    change_.foreign = isForeign(pieces);
    change_.staged = stage_.digest();
    if (!isRightAfter(pieces))
      throw Error(ErrorKind::internal, "the changes that were found do not make it the source's");
    return change_;
  }

 private:
  /// Calls `visit(hash)` with each of the source's rows.
  template <typename Visit>
  void visitSource(const Ranges& ranges, const Visit& visit) {
    if (changed_ != nullptr) {
      for (const KeyRange& range : ranges) {
        for (auto row = changed_->from(range.first);
             row != changed_->rows.end() && row->key <= range.last; ++row)
          visit(row->hash);
      }
      return;
    }
    std::int64_t rows = 0;
    const RowVisitor hashing = [&](std::string_view canonical, std::int64_t) {
      visit(rowHash(canonical));
      if (++rows % reportRows == 0) task_.progress.throwIfStopped();
    };
    if (ranges.empty()) visitSourceRows(*task_.reader, task_.table, {}, hashing);
    for (const KeyRange& range : ranges)
      visitSourceRows(*task_.reader, task_.table, {range.first, range.last}, hashing);
  }

  void compare(const Ranges& ranges, std::uint64_t bucket, std::uint64_t buckets) {
    std::vector<Hash> source;
    visitSource(ranges, [&](const Hash& hash) {
      if (hash.second % buckets == bucket) source.push_back(hash);
    });
    std::sort(source.begin(), source.end());
    // How many of equal rows were met in the target, at the first of them.
    std::vector<std::uint32_t> met(source.size());
    std::multimap<Hash, Place> gone;
    visitTarget(task_, ranges, bucket == 0 ? &target_ : nullptr, [&](const PlacedRow& row) {
      if (row.hash.second % buckets != bucket) return;
      const auto [first, last] = std::equal_range(source.begin(), source.end(), row.hash);
      const auto at = static_cast<std::size_t>(first - source.begin());
      if (first != last && met[at] < static_cast<std::size_t>(last - first)) {
        ++met[at];
        after_.add(row.key, digestOf(row.hash));
        return;
      }
      const std::string key = keyOf(row.canonical, task_.table);
      gone.emplace(key.empty() ? Hash() : rowHash(key), row.place);
    });
    std::map<Hash, std::size_t> fresh;
    for (std::size_t i = 0; i < source.size();) {
      std::size_t end = i;
      while (end < source.size() && source[end] == source[i])
        ++end;
      if (end - i > met[i]) fresh[source[i]] = end - i - met[i];
      i = end;
    }
    if (!fresh.empty()) stageRows(ranges, std::move(fresh), gone);
    change_.deleted += static_cast<std::int64_t>(gone.size());
    if (!task_.stage) return;
    for (const auto& [key, place] : gone)
      gone_.add(place);
    gone_.finish();
  }

  /// Calls `visit(first, last)` with ranges of rowids in which all rows of `fresh` are; `ranges`
  /// themselves where no rows are known.
  template <typename Visit>
  void visitFresh(const Ranges& ranges, const std::map<Hash, std::size_t>& fresh,
                  const Visit& visit) {
    for (const KeyRange& range : ranges) {
      if (changed_ == nullptr) {
        visit(range.first, range.last);
        continue;
      }
      for (auto row = changed_->from(range.first);
           row != changed_->rows.end() && row->key <= range.last; ++row) {
        if (fresh.contains(row->hash)) visit(row->key, row->key);
      }
    }
  }

  /// Reads the rows of `fresh` once more, and sends them. Those whose key is in `gone` replace that
  /// row, which is taken out of it. A row that moved between buckets is removed and inserted.
  void stageRows(const Ranges& ranges, std::map<Hash, std::size_t> fresh,
                 std::multimap<Hash, Place>& gone) {
    sqlite::Statement rows = task_.reader->prepare(
        loadingSql(task_.table, stage_.encoder(), !ranges.empty(), /*generatedToo=*/true));
    SourceRow canonical = loadingRow(task_.table, rows.columnCount());
    const auto stage = [&] {
      while (rows.step()) {
        if (!canonical.read(rows)) continue;
        const Hash hash = rowHash(canonical.canonical());
        const auto found = fresh.find(hash);
        if (found == fresh.end() || found->second == 0) continue;
        --found->second;
        const std::string key = keyOf(canonical.canonical(), task_.table);
        const auto old = key.empty() ? gone.end() : gone.find(rowHash(key));
        ++(old == gone.end() ? change_.inserted : change_.updated);
        after_.add(canonical.key(), digestOf(hash));
        if (task_.stage) stage_.add(rows, hash, old == gone.end() ? nullptr : &old->second);
        if (old != gone.end()) gone.erase(old);
        task_.progress.rows.fetch_add(1, std::memory_order_relaxed);
        task_.progress.throwIfStopped();
      }
    };
    if (ranges.empty()) stage();
    visitFresh(ranges, fresh, [&](std::int64_t first, std::int64_t last) {
      rows.reset();
      rows.bind(1, first).bind(2, last);
      stage();
    });
    stage_.finish();
  }

  bool isForeign(const Pieces& pieces) {
    if (!isRanged(task_)) {
      target_.widen(task_.known.shift());
      return target_.sum() != task_.known.sum();
    }
    return std::any_of(pieces.indexes.begin(), pieces.indexes.end(), [&](std::int64_t index) {
      return target_.at(index) != task_.known.at(index);
    });
  }

  /// Whether the rows of the target that stay and those that come are the source's.
  bool isRightAfter(const Pieces& pieces) const {
    if (!isRanged(task_)) return after_.sum() == task_.source.sum();
    return std::all_of(pieces.indexes.begin(), pieces.indexes.end(), [&](std::int64_t index) {
      return after_.at(index) == task_.source.at(index);
    });
  }

  const ChangeTask& task_;
  const PartRows* const changed_;
  RowStage stage_;
  GoneStage gone_;
  PartDigests target_;
  PartDigests after_;
  TableChange change_;
};

}  // namespace

StageNames stageNames(std::size_t table) {
  const std::string number = std::to_string(table);
  return {"repot_rows_" + number, "repot_gone_" + number, "repot_written_" + number};
}

std::string createStageSql(const StageNames& names, const std::string& schema,
                           const TablePlan& table) {
  std::string columns;
  std::size_t count = 0;
  for (const ColumnPlan& column : table.columns) {
    if (column.generatedSql) continue;
    columns += quoteIdentifier(column.target) + " AS c" + std::to_string(count++) + ", ";
  }
  return "CREATE TEMPORARY TABLE " + names.rows + " ON COMMIT DROP AS SELECT " + columns +
         "NULL::tid AS old FROM " + quoteIdentifier(schema) + '.' + quoteIdentifier(table.target) +
         " WITH NO DATA; CREATE TEMPORARY TABLE " + names.gone +
         " (old tid) ON COMMIT DROP; CREATE TEMPORARY TABLE " + names.written +
         " (place tid) ON COMMIT DROP";
}

TableChange findChanges(const ChangeTask& task) {
  try {
    if (task.before != nullptr) {
      if (const auto found = findKeyedChanges(task)) return *found;
      task.target.execute("TRUNCATE pg_temp." + task.names.rows + ", pg_temp." + task.names.gone);
    }
    return ChangeFinder(task).find();
  } catch (const Error& error) {
    throw error.within("table \"" + task.table.source + '"');
  }
}

PartDigests digestTargetParts(postgresql::BulkConnection& target, const std::string& schema,
                              const TablePlan& table, int shift, Progress& progress) {
  PartDigests parts(shift);
  const PartDigests none(shift);
  const ChangeTask task{table, schema, nullptr, target, none, none, true, false, {}, progress};
  visitTarget(task, {}, &parts, [](const PlacedRow&) {});
  return parts;
}

bool readBackEqual(const ChangeTask& task, const TableChange& change) {
  TableDigest there;
  visitPlacedRows(task,
                  "SELECT " + placedColumns(task.table) + " FROM pg_temp." + task.names.written +
                      " w JOIN ONLY " + targetName(task) + " t ON t.ctid = w.place",
                  nullptr, [&](const PlacedRow& row) { there.add(digestOf(row.hash)); });
  return there == change.staged;
}

}  // namespace repot::migrate
