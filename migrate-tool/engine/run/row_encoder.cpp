// Rows: which columns are sent, and what becomes of values that do not fit; see row_encoder.hpp.
#include "engine/run/row_encoder.hpp"

#include "engine/run/number_text.hpp"
#include "engine/run/wire.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <array>

namespace repot::migrate {
namespace {

using sqlite::Statement;
using sqlite::StorageClass;

/// The longest part of a text that is safe to print: no control characters, one line.
std::string shortened(std::string_view text) {
  constexpr std::size_t most = 60;
  std::string shown;
  for (const char c : text.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      std::array<char, 5> escape{};
      std::snprintf(escape.data(), escape.size(), "\\x%02x", byte);
      shown += escape.data();
    } else {
      shown += c;
    }
  }
  return text.size() > most ? shown + "…" : shown;
}

std::string orphanReason(const OrphanPlan& orphan) {
  return "refers to no row: " + orphan.foreignKey;
}

void append(std::string& list, const std::string& item) {
  list += (list.empty() ? "" : ", ") + item;
}

}  // namespace

void ColumnLedger::add(const ColumnLedger& other) {
  written += other.written;
  converted += other.converted;
  nulls += other.nulls;
  setNull += other.setNull;
  quarantined += other.quarantined;
}

RowEncoder::RowEncoder(const TablePlan& table, Quarantine* quarantine, std::size_t moreFields)
    : table_(table),
      quarantine_(quarantine),
      moreFields_(moreFields),
      orphans_(table, static_cast<int>(std::count_if(
                          table.columns.begin(), table.columns.end(),
                          [](const ColumnPlan& column) { return !column.generatedSql; }))),
      mayLoseRows_(table.mayLoseRows()) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const ColumnPlan& column = table.columns[i];
    if (column.generatedSql) continue;
    if (std::find(table.key.begin(), table.key.end(), i) != table.key.end()) {
      keyParts_.emplace_back(column.source, static_cast<int>(columns_.size()));
    }
    planned_.push_back(i);
    columns_.emplace_back(column);
    append(sourceColumns_, quoteIdentifier(column.source));
    append(targetColumns_, quoteIdentifier(column.target));
  }
  ledger_.resize(columns_.size());
  sourceColumns_ += orphans_.conditions();
  if (keyParts_.empty() && table.usesQuarantine() && !table.rowidName.empty()) {
    keyParts_.emplace_back(table.rowidName,
                           static_cast<int>(columns_.size() + table.orphans.size()));
    append(sourceColumns_, quoteIdentifier(table.rowidName));
  }
}

bool RowEncoder::encode(Statement& row, postgresql::CopyWriter& writer) {
  orphans_.read(row);
  if (mayLoseRows_ && setAsideRow(row)) return false;
  ByteBuffer& out = writer.buffer();
  wire::appendBigEndian(out, static_cast<std::uint16_t>(columns_.size() + moreFields_));
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const int index = static_cast<int>(i);
    if (row.isNull(index)) {
      wire::appendNull(out);
      ++ledger_[i].nulls;
      continue;
    }
    if (const OrphanPlan* orphan = orphans_.of(planned_[i])) {
      drop(row, i, orphan->policy, orphanReason(*orphan));
      wire::appendNull(out);
      continue;
    }
    switch (columns_[i].encode(row, index, {out, &writer})) {
      case ValueEncoder::Fit::equal:
        ++ledger_[i].written;
        break;
      case ValueEncoder::Fit::altered:
        ++ledger_[i].converted;
        break;
      case ValueEncoder::Fit::no:
        if (columns_[i].column().misfit == MisfitPolicy::fail) refuse(row, i);
        drop(row, i, columns_[i].column().misfit, misfitReason(i));
        wire::appendNull(out);
        break;
    }
  }
  return true;
}

/// True where a value that cannot become NULL does not fit: the row is then in the quarantine.
bool RowEncoder::setAsideRow(Statement& row) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const int index = static_cast<int>(i);
    if (row.isNull(index)) continue;
    const OrphanPlan* orphan = orphans_.of(planned_[i]);
    const bool isOrphan = orphan != nullptr && orphan->policy == MisfitPolicy::quarantineRow;
    if (!isOrphan) {
      if (columns_[i].column().misfit != MisfitPolicy::quarantineRow) continue;
      judged_.clear();
      if (columns_[i].encode(row, index, {judged_}) != ValueEncoder::Fit::no) continue;
    }
    const std::string others = "with its row, because of " + columns_[i].column().source;
    for (std::size_t other = 0; other < columns_.size(); ++other) {
      keep(row, other, other != i ? others : isOrphan ? orphanReason(*orphan) : misfitReason(i));
    }
    return true;
  }
  return false;
}

std::string RowEncoder::misfitReason(std::size_t column) const {
  return "is no " + typeSql(columns_[column].column());
}

void RowEncoder::drop(Statement& row, std::size_t column, MisfitPolicy policy,
                      const std::string& reason) {
  if (policy == MisfitPolicy::setNull) {
    ++ledger_[column].setNull;
  } else {
    keep(row, column, reason);
  }
}

void RowEncoder::keep(Statement& row, std::size_t column, std::string_view reason) {
  if (quarantine_ == nullptr) {
    throw Error(ErrorKind::internal, "the plan has a quarantine, but the run has none");
  }
  const int index = static_cast<int>(column);
  const std::string key = keyJson(row, keyParts_);
  std::string buffer;
  quarantine_->add({table_.source, columns_[column].column().source, key,
                    storageClassOf(row, index), bytesOf(row, index, buffer), reason});
  ++ledger_[column].quarantined;
}

void RowEncoder::refuse(Statement& row, std::size_t column) const {
  std::string key;
  for (const std::size_t part : table_.key) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (planned_[i] != part) continue;
      key += (key.empty() ? "" : ", ") + columns_[i].column().source + "=" +
             describeValue(row, static_cast<int>(i));
    }
  }
  throw Error(ErrorKind::data,
              "table \"" + table_.source + "\", column \"" + columns_[column].column().source +
                  "\"" + (key.empty() ? "" : ", row " + key) + ": the value " +
                  describeValue(row, static_cast<int>(column)) + " is no " +
                  typeSql(columns_[column].column()) +
                  " although the scan saw none such; the source changed, run the migration again");
}

std::string describeValue(const Statement& row, int column) {
  NumberText number;
  switch (row.type(column)) {
    case StorageClass::null:
      return "NULL";
    case StorageClass::integer:
      return std::string(number.of(row.int64(column)));
    case StorageClass::real:
      return std::string(number.shortest(row.real(column)));
    case StorageClass::text:
      return "'" + shortened(row.text(column)) + "'";
    case StorageClass::blob:
      break;
  }
  std::string hex = "x'";
  for (const char c : row.blob(column).substr(0, 20)) {
    std::array<char, 3> digits{};
    std::snprintf(digits.data(), digits.size(), "%02x", static_cast<unsigned char>(c));
    hex += digits.data();
  }
  return hex + (row.blob(column).size() > 20 ? "…'" : "'");
}

}  // namespace repot::migrate
