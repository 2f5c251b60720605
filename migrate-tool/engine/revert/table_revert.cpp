// Rows of both sides are paired by the digest of their canonical form. What has no partner in
// SQLite is written, what has none in PostgreSQL is removed; values of a row that is there under
// the same key and did not change keep their spelling.
#include "engine/revert/table_revert.hpp"

#include "engine/revert/value_writer.hpp"
#include "engine/run/canonical.hpp"
#include "engine/run/row_source.hpp"

#include <repot/error.hpp>
#include <repot/sqlite/errors.hpp>

#include <sqlite3.h>
#include <xxhash.h>

#include <array>
#include <cstring>
#include <numeric>
#include <optional>

namespace repot::migrate {
namespace {

/// A statement of the writer.
class Writing {
 public:
  Writing(sqlite3* handle, const std::string& sql) : statement_(handle, sql) {}
  sqlite3_stmt* raw() const noexcept { return statement_.raw(); }
  void run() {
    while (statement_.step()) {
    }
    statement_.reset();
  }
  sqlite::Statement& rows() noexcept { return statement_; }

 private:
  sqlite::Statement statement_;
};

std::int64_t changesOf(sqlite3* handle, const std::string& sql) {
  Writing(handle, sql).run();
  return sqlite3_changes64(handle);
}

/// How a row of SQLite is found again: its rowid, or the primary key where it has none.
std::vector<std::string> locatorOf(const SourceTable& table) {
  if (!table.rowidName.empty()) return {table.rowidName};
  std::vector<std::string> columns;
  for (const std::size_t column : table.primaryKey())
    columns.push_back(quoteIdentifier(table.columns[column].name));
  return columns;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts)
    text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string numbered(const char* prefix, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += (i == 0 ? "" : ", ") + (prefix + std::to_string(i));
  return text;
}

std::string places(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += i == 0 ? "?" : ", ?";
  return text;
}

std::array<char, 16> digestOf(std::string_view canonical) {
  const XXH128_hash_t hash = XXH3_128bits(canonical.data(), canonical.size());
  std::array<char, 16> bytes;
  std::memcpy(bytes.data(), &hash.low64, 8);
  std::memcpy(bytes.data() + 8, &hash.high64, 8);
  return bytes;
}

/// The canonical values of a row, one by one.
std::vector<std::string_view> valuesOf(std::string_view canonical) {
  constexpr std::size_t frame = 9;
  std::vector<std::string_view> values;
  while (canonical.size() >= frame) {
    std::uint64_t size = 0;
    std::memcpy(&size, canonical.data() + 1, sizeof size);
    // What goes by its digest has a length and a digest as its content.
    values.push_back(canonical.substr(0, frame + size));
    canonical.remove_prefix(frame + size);
  }
  return values;
}

class Reverter {
 public:
  explicit Reverter(const RevertTask& task)
      : task_(task), locator_(locatorOf(task.table)), columns_(task.plan.columns.size()) {
    for (std::size_t i = 0; i < columns_; ++i) {
      const ColumnPlan& column = task.plan.columns[i];
      // A rowid that was made a column is none of the table's own.
      const auto own = task.table.find(column.source);
      rowidIsColumn_ = rowidIsColumn_ || !own;
      writers_.emplace_back(
          column, own ? affinityOf(task.table.columns[*own].declaredType) : Affinity::integer,
          styleOf(task.reader, task.table.name, column));
      selected_.push_back(quoteIdentifier(column.source));
      if (!own || !task.table.columns[*own].isGenerated()) written_.push_back(i);
    }
  }

  TableRevert run() {
    makeTemporaryTables();
    collectSource();
    compareTarget();
    apply();
    return done_;
  }

 private:
  void makeTemporaryTables() {
    for (const char* name : {"repot_unpaired", "repot_pending"})
      changesOf(task_.writer, std::string("DROP TABLE IF EXISTS temp.") + name);
    changesOf(task_.writer, "CREATE TEMP TABLE repot_unpaired (digest BLOB, " +
                                numbered("l", locator_.size()) + ")");
    changesOf(task_.writer,
              "CREATE TEMP TABLE repot_pending (own, " + numbered("c", columns_) + ")");
  }

  /// Every row of SQLite, by its digest. Those that the plan sets aside never were in PostgreSQL,
  /// and stay.
  void collectSource() {
    std::vector<int> positions(columns_);
    std::iota(positions.begin(), positions.end(), 0);
    const auto orphansAt = static_cast<int>(columns_ + locator_.size());
    SourceRow row(task_.plan, positions, orphansAt);
    sqlite::Statement rows =
        task_.reader.prepare("SELECT " + joined(selected_) + ", " + joined(locator_) +
                             OrphanMarks(task_.plan, orphansAt).conditions() + " FROM " +
                             quoteIdentifier(task_.table.name));
    Writing insert(task_.writer,
                   "INSERT INTO temp.repot_unpaired VALUES (" + places(1 + locator_.size()) + ')');
    while (rows.step()) {
      if (!row.read(rows)) {
        ++done_.kept;
        continue;
      }
      const std::array<char, 16> digest = digestOf(row.canonical());
      sqlite3_bind_blob(insert.raw(), 1, digest.data(), 16, SQLITE_STATIC);
      for (std::size_t i = 0; i < locator_.size(); ++i) {
        sqlite3_bind_value(insert.raw(), static_cast<int>(2 + i),
                           sqlite3_column_value(rows.raw(), static_cast<int>(columns_ + i)));
      }
      insert.run();
      task_.progress.throwIfStopped();
    }
    changesOf(task_.writer, "CREATE INDEX temp.repot_by_digest ON repot_unpaired(digest)");
  }

  void compareTarget() {
    Writing find(task_.writer, "SELECT rowid FROM temp.repot_unpaired WHERE digest = ? LIMIT 1");
    Writing pair(task_.writer, "DELETE FROM temp.repot_unpaired WHERE rowid = ?");
    postgresql::CopyReader reader(task_.target, targetRowsSql(task_.schema, task_.plan, {}));
    std::vector<postgresql::CopyField> fields;
    ByteBuffer canonical;
    while (reader.next(fields)) {
      canonical.clear();
      for (std::size_t i = 0; i < columns_; ++i)
        appendTargetValue(canonical, task_.plan.columns[i], fields[i]);
      const std::array<char, 16> digest = digestOf(canonical.view());
      sqlite3_bind_blob(find.raw(), 1, digest.data(), 16, SQLITE_STATIC);
      if (find.rows().step()) {
        sqlite3_bind_int64(pair.raw(), 1, find.rows().int64(0));
        find.rows().reset();
        pair.run();
        ++done_.kept;
      } else {
        find.rows().reset();
        write(fields, canonical.view());
      }
      task_.progress.rows.fetch_add(1, std::memory_order_relaxed);
      task_.progress.throwIfStopped();
    }
  }

  /// Sets the row aside for apply(), with the spelling of its old values where they are the same.
  void write(const std::vector<postgresql::CopyField>& fields, std::string_view canonical) {
    if (!pending_) {
      pending_.emplace(task_.writer,
                       "INSERT INTO temp.repot_pending VALUES (" + places(1 + columns_) + ')');
    }
    sqlite3_bind_null(pending_->raw(), 1);
    for (std::size_t i = 0; i < columns_; ++i)
      writers_[i].bind(pending_->raw(), static_cast<int>(2 + i), fields[i]);
    keepSpelling(fields, canonical);
    pending_->run();
    ++done_.written;
  }

  void keepSpelling(const std::vector<postgresql::CopyField>& fields, std::string_view canonical) {
    const std::vector<std::size_t>& key = task_.plan.key;
    if (key.empty()) return;
    if (!old_) {
      std::string condition;
      for (const std::size_t column : key)
        condition += (condition.empty() ? "" : " AND ") + selected_[column] + " = ?";
      const std::string rowid = task_.table.rowidName.empty() ? "NULL" : task_.table.rowidName;
      old_.emplace(task_.reader.prepare("SELECT " + joined(selected_) + ", " + rowid + " FROM " +
                                        quoteIdentifier(task_.table.name) + " WHERE " + condition));
    }
    for (std::size_t i = 0; i < key.size(); ++i)
      writers_[key[i]].bind(old_->raw(), static_cast<int>(1 + i), fields[key[i]]);
    if (old_->step()) {
      const std::vector<std::string_view> values = valuesOf(canonical);
      ByteBuffer own;
      for (std::size_t i = 0; i < columns_; ++i) {
        own.clear();
        if (!appendSourceValue(own, task_.plan.columns[i], *old_, static_cast<int>(i)) ||
            own.view() != values[i]) {
          continue;
        }
        sqlite3_bind_value(pending_->raw(), static_cast<int>(2 + i),
                           sqlite3_column_value(old_->raw(), static_cast<int>(i)));
      }
      sqlite3_bind_value(pending_->raw(), 1,
                         sqlite3_column_value(old_->raw(), static_cast<int>(columns_)));
    }
    old_->reset();
  }

  void apply() {
    const std::string table = quoteIdentifier(task_.table.name);
    const std::string locator = locator_.size() == 1 ? locator_[0] : '(' + joined(locator_) + ')';
    done_.removed =
        changesOf(task_.writer, "DELETE FROM main." + table + " WHERE " + locator + " IN (SELECT " +
                                    numbered("l", locator_.size()) + " FROM temp.repot_unpaired)");
    if (done_.written == 0) return;
    std::string names, values;
    for (const std::size_t column : written_) {
      names += (names.empty() ? "" : ", ") + selected_[column];
      values += (values.empty() ? "c" : ", c") + std::to_string(column);
    }
    if (!task_.table.rowidName.empty() && !task_.table.rowidAlias && !rowidIsColumn_) {
      names += ", " + task_.table.rowidName;
      values += ", own";
    }
    const std::string insert = "INSERT INTO main." + table + " (" + names + ") SELECT " + values +
                               " FROM temp.repot_pending ";
    // Rows that keep their rowid first: one that is chosen for a new row must not take it.
    changesOf(task_.writer, insert + "WHERE own IS NOT NULL");
    changesOf(task_.writer, insert + "WHERE own IS NULL");
  }

  const RevertTask& task_;
  std::vector<std::string> locator_;
  std::size_t columns_;
  std::vector<ValueWriter> writers_;
  std::vector<std::string> selected_;  ///< Quoted names of the plan's columns.
  std::vector<std::size_t> written_;   ///< Those that are not generated.
  bool rowidIsColumn_ = false;
  std::optional<Writing> pending_;
  std::optional<sqlite::Statement> old_;
  TableRevert done_;
};

}  // namespace

TableRevert revertTable(const RevertTask& task) {
  try {
    return Reverter(task).run();
  } catch (const Error& error) {
    throw error.within("table \"" + task.table.name + '"');
  }
}

}  // namespace repot::migrate
