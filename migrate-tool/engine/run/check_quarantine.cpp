// Sums of digests on both sides, as for tables, and where those differ the values behind them; see
// check_quarantine.hpp.
#include "engine/run/check_quarantine.hpp"

#include "engine/run/canonical.hpp"
#include "engine/run/canonical_part.hpp"
#include "engine/run/orphan_marks.hpp"
#include "engine/run/quarantine.hpp"
#include "engine/run/verify.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace repot::migrate {
namespace {

constexpr std::size_t shown = 10;

/// A value that is set aside, as both sides spell it.
struct Entry {
  std::string_view table, column, key, storageClass, bytes;
};
using Visit = std::function<void(const Entry&)>;
using Hash = std::pair<std::uint64_t, std::uint64_t>;

class Hasher {
 public:
  Hash operator()(const Entry& entry) {
    row_.clear();
    for (const std::string_view part :
         {entry.table, entry.column, entry.key, entry.storageClass, entry.bytes})
      canonical::append(row_, 't', part);
    const XXH128_hash_t hash = XXH3_128bits(row_.data(), row_.size());
    return {hash.low64, hash.high64};
  }

 private:
  ByteBuffer row_;
};

/// One table of the source: what of it must be in the quarantine.
class SourceSide {
 public:
  SourceSide(const TablePlan& table, const Visit& visit)
      : table_(table), visit_(visit), orphans_(table, static_cast<int>(table.columns.size())) {}

  void read(sqlite::SqliteReader& reader, const Progress& progress) {
    sqlite::Statement rows = reader.prepare(selectSql());
    for (std::int64_t count = 1; rows.step(); ++count) {
      if (count % 1024 == 0) progress.throwIfStopped();
      judge(rows);
    }
  }

 private:
  std::string selectSql() {
    std::string list;
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      list += (i == 0 ? "" : ", ") + quoteIdentifier(table_.columns[i].source);
      if (std::find(table_.key.begin(), table_.key.end(), i) != table_.key.end()) {
        key_.emplace_back(table_.columns[i].source, static_cast<int>(i));
      }
    }
    list += orphans_.conditions();
    if (key_.empty() && !table_.rowidName.empty()) {
      list += ", " + quoteIdentifier(table_.rowidName);
      key_.emplace_back(table_.rowidName,
                        static_cast<int>(table_.columns.size() + table_.orphans.size()));
    }
    return "SELECT " + list + " FROM " + quoteIdentifier(table_.source) +
           (table_.rowidName.empty() ? "" : " NOT INDEXED");
  }

  void judge(sqlite::Statement& row) {
    bool wholeRow = orphans_.read(row);
    alone_.clear();
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      const ColumnPlan& column = table_.columns[i];
      if (row.isNull(static_cast<int>(i)) || column.generatedSql) continue;
      MisfitPolicy policy = MisfitPolicy::fail;
      if (const OrphanPlan* orphan = orphans_.of(i)) {
        policy = orphan->policy;
      } else if (column.misfit >= MisfitPolicy::quarantine) {
        judged_.clear();
        const bool fits = appendSourceValue(judged_, column, row, static_cast<int>(i));
        if (!fits) policy = column.misfit;
      }
      wholeRow = wholeRow || policy == MisfitPolicy::quarantineRow;
      if (policy == MisfitPolicy::quarantine) alone_.push_back(i);
    }
    if (!wholeRow && alone_.empty()) return;
    const std::string key = keyJson(row, key_);
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      const bool kept = wholeRow ? !table_.columns[i].generatedSql.has_value()
                                 : std::find(alone_.begin(), alone_.end(), i) != alone_.end();
      if (!kept) continue;
      const int index = static_cast<int>(i);
      visit_({table_.source, table_.columns[i].source, key, storageClassOf(row, index),
              bytesOf(row, index, scratch_)});
    }
  }

  const TablePlan& table_;
  const Visit& visit_;
  OrphanMarks orphans_;
  KeyParts key_;
  std::vector<std::size_t> alone_;
  ByteBuffer judged_;
  std::string scratch_;
};

class Comparison {
 public:
  Comparison(sqlite::SqliteReader& reader, postgresql::BulkConnection& connection,
             const std::string& schema, const Plan& plan, Progress& progress)
      : reader_(reader),
        connection_(connection),
        schema_(schema),
        plan_(plan),
        progress_(progress) {}

  QuarantineCheck run() {
    QuarantineCheck check;
    check.values.resize(plan_.tables.size());
    Hasher hash;
    TableDigest ours, theirs;
    for (std::size_t i = 0; i < plan_.tables.size(); ++i) {
      const std::int64_t before = ours.rows;
      readSource(i, [&](const Entry& entry) { add(ours, hash(entry)); });
      check.values[i] = ours.rows - before;
    }
    readTarget([&](const Entry& entry) { add(theirs, hash(entry)); });
    if (ours != theirs) {
      check.faults.push_back(
          ours.rows == theirs.rows
              ? "the quarantine \"" + plan_.quarantine + "\" holds other values than were set aside"
              : fmt::format("the quarantine \"{}\" holds {} values, but {} were to be set aside",
                            plan_.quarantine, theirs.rows, ours.rows));
      nameThem(check.faults);
    }
    return check;
  }

 private:
  static void add(TableDigest& digest, const Hash& hash) {
    digest.add({1, hash.first, hash.second});
  }

  void readSource(std::size_t table, const Visit& visit) {
    if (plan_.tables[table].usesQuarantine())
      SourceSide(plan_.tables[table], visit).read(reader_, progress_);
  }

  void readTarget(const Visit& visit) {
    postgresql::CopyReader reader(
        connection_, "COPY (SELECT \"table\", \"column\", key::text, storage_class, bytes FROM " +
                         quoteIdentifier(schema_) + '.' + quoteIdentifier(plan_.quarantine) +
                         ") TO STDOUT (FORMAT binary)");
    std::vector<postgresql::CopyReader::Field> fields;
    for (std::int64_t count = 1; reader.next(fields); ++count) {
      if (count % 1024 == 0) progress_.throwIfStopped();
      visit({fields[0].bytes, fields[1].bytes, fields[2].bytes, fields[3].bytes,
             fields[4].null ? std::string_view() : fields[4].bytes});
    }
  }

  /// Reads both sides twice more: what one has more often than the other, then the values.
  void nameThem(std::vector<std::string>& faults) {
    Hasher hash;
    std::map<Hash, std::int64_t> surplus;
    const auto readAll = [&](const Visit& visit) {
      for (std::size_t i = 0; i < plan_.tables.size(); ++i)
        readSource(i, visit);
    };
    readAll([&](const Entry& entry) { ++surplus[hash(entry)]; });
    readTarget([&](const Entry& entry) { --surplus[hash(entry)]; });
    std::size_t named = 0;
    const auto name = [&](const Entry& entry, int side, const char* what) {
      std::int64_t& left = surplus[hash(entry)];
      if (left * side <= 0 || named == shown) return;
      left -= side;
      ++named;
      faults.push_back(fmt::format("the quarantine {} table \"{}\", column \"{}\", key {}: {}",
                                   what, entry.table, entry.column, entry.key, valueText(entry)));
    };
    readAll([&](const Entry& entry) { name(entry, 1, "lacks"); });
    readTarget([&](const Entry& entry) { name(entry, -1, "holds what was not set aside:"); });
    if (named == shown) faults.push_back("… and perhaps more values of the quarantine");
  }

  static std::string valueText(const Entry& entry) {
    constexpr std::size_t most = 40;
    if (entry.storageClass == "null") return "NULL";
    std::string text;
    for (const char c : entry.bytes.substr(0, most))
      text += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return fmt::format("{} x'{}'{}", entry.storageClass, text,
                       entry.bytes.size() > most ? "…" : "");
  }

  sqlite::SqliteReader& reader_;
  postgresql::BulkConnection& connection_;
  const std::string& schema_;
  const Plan& plan_;
  Progress& progress_;
};

}  // namespace

QuarantineCheck checkQuarantine(sqlite::SqliteReader& reader,
                                postgresql::BulkConnection& connection, const std::string& schema,
                                const Plan& plan, Progress& progress) {
  if (plan.quarantine.empty()) {
    QuarantineCheck none;
    none.values.resize(plan.tables.size());
    return none;
  }
  return Comparison(reader, connection, schema, plan, progress).run();
}

}  // namespace repot::migrate
