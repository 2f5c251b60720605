// Sums of digests on both sides, as for tables; see check_quarantine.hpp.
#include "engine/run/check_quarantine.hpp"

#include "engine/run/canonical.hpp"
#include "engine/run/canonical_part.hpp"
#include "engine/run/orphan_marks.hpp"
#include "engine/run/quarantine.hpp"
#include "engine/run/verify.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>

namespace repot::migrate {
namespace {

class Digester {
 public:
  explicit Digester(Progress& progress) : progress_(progress) {}

  void add(std::string_view table, std::string_view column, std::string_view key,
           std::string_view storageClass, std::string_view bytes) {
    row_.clear();
    for (const std::string_view part : {table, column, key, storageClass, bytes})
      canonical::append(row_, 't', part);
    const XXH128_hash_t hash = XXH3_128bits(row_.data(), row_.size());
    digest.add(hash.low64, hash.high64);
    if (digest.rows % 1024 == 0) progress_.throwIfStopped();
  }

  TableDigest digest;

 private:
  Progress& progress_;
  std::string row_;
};

/// One table of the source: what of it must be in the quarantine.
class SourceSide {
 public:
  SourceSide(const TablePlan& table, Digester& digester)
      : table_(table),
        digester_(digester),
        orphans_(table, static_cast<int>(table.columns.size())) {}

  std::int64_t read(sqlite::SqliteReader& reader) {
    sqlite::Statement rows = reader.prepare(selectSql());
    const std::int64_t before = digester_.digest.rows;
    while (rows.step())
      judge(rows);
    return digester_.digest.rows - before;
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
        scratch_.clear();
        const bool fits = appendSourceValue(scratch_, column, row, static_cast<int>(i));
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
      digester_.add(table_.source, table_.columns[i].source, key, storageClassOf(row, index),
                    bytesOf(row, index, scratch_));
    }
  }

  const TablePlan& table_;
  Digester& digester_;
  OrphanMarks orphans_;
  KeyParts key_;
  std::vector<std::size_t> alone_;
  std::string scratch_;
};

TableDigest targetSide(const DatabaseUrl& target, const std::string& schema, const std::string& run,
                       const Plan& plan, Progress& progress) {
  postgresql::BulkConnection connection(target);
  postgresql::CopyReader reader(
      connection, "COPY (SELECT \"table\", \"column\", key::text, storage_class, bytes FROM " +
                      quoteIdentifier(schema) + '.' + quoteIdentifier(plan.quarantine) +
                      " WHERE run = " + quoteLiteral(run) + ") TO STDOUT (FORMAT binary)");
  Digester digester(progress);
  std::vector<postgresql::CopyReader::Field> fields;
  while (reader.next(fields)) {
    digester.add(fields[0].bytes, fields[1].bytes, fields[2].bytes, fields[3].bytes,
                 fields[4].null ? std::string_view() : fields[4].bytes);
  }
  return digester.digest;
}

}  // namespace

QuarantineCheck checkQuarantine(sqlite::SqliteReader& reader, const DatabaseUrl& target,
                                const std::string& schema, const std::string& run, const Plan& plan,
                                Progress& progress) {
  QuarantineCheck check;
  check.values.resize(plan.tables.size());
  if (plan.quarantine.empty()) return check;
  Digester source(progress);
  for (std::size_t i = 0; i < plan.tables.size(); ++i) {
    if (!plan.tables[i].usesQuarantine()) continue;
    check.values[i] = SourceSide(plan.tables[i], source).read(reader);
  }
  const TableDigest kept = targetSide(target, schema, run, plan, progress);
  if (kept == source.digest) return check;
  check.faults.push_back(
      kept.rows == source.digest.rows
          ? "the quarantine \"" + plan.quarantine + "\" holds other values than were set aside"
          : fmt::format("the quarantine \"{}\" holds {} values, but {} were to be set aside",
                        plan.quarantine, kept.rows, source.digest.rows));
  return check;
}

}  // namespace repot::migrate
