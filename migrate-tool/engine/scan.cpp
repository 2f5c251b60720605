// The hot loop of planning: raw column access, no allocation per value beside the first examples.
#include "scan.hpp"

#include "classed_json.hpp"
#include "iso_time.hpp"
#include "json_check.hpp"
#include "plan.hpp"
#include "text_check.hpp"
#include "value_check.hpp"

#include <repot/error.hpp>

#include <sqlite3.h>

#include <algorithm>
#include <cmath>

namespace repot::migrate {
namespace {

constexpr std::int64_t exactDouble = std::int64_t{1} << 53;
constexpr std::int64_t fieldLimit = (std::int64_t{1} << 30) - 1;
constexpr std::int64_t dumpLimit = 500'000'000;

/// What a row takes inline in PostgreSQL's heap at least, once TOAST has moved out all it can:
/// values of up to 24 bytes stay, longer ones become pointers of 18.
class RowWidth {
 public:
  explicit RowWidth(std::size_t columns) : size_(headerBytes + (columns + 7) / 8) {
    size_ = aligned(size_);
  }
  void addNumber() { size_ = aligned(size_) + 8; }
  void addBytes(std::size_t bytes) {
    constexpr std::size_t keptInline = 24, toastPointer = 18;
    size_ += bytes <= keptInline ? bytes + 1 : toastPointer;
  }
  std::size_t bytes() const { return aligned(size_); }

 private:
  static constexpr std::size_t headerBytes = 23;
  static std::size_t aligned(std::size_t size) { return (size + 7) / 8 * 8; }
  std::size_t size_;
};
constexpr std::size_t rowLimit = 8160;
/// With fewer columns no row can pass the limit, so that its width need not be counted.
constexpr std::size_t narrowColumns = rowLimit / 26;

class TableScan {
 public:
  TableScan(sqlite::SqliteReader& reader, const SourceTable& table,
            const std::vector<ColumnWish>& wishes, std::size_t examples, const RowidRange& range)
      : table_(table),
        wishes_(wishes),
        maxExamples_(examples),
        statement_(reader.prepare(selectSql(table, range))) {
    stats_.columns.resize(table.columns.size());
    paired_.assign(table.columns.size(), true);
    sqlite::Statement encoding = reader.prepare("PRAGMA encoding");
    utf16_ = encoding.step() && encoding.text(0) != "UTF-8";
    int position = table.rowidName.empty() ? 0 : 1;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      positions_.push_back(isVisible(table.columns[i]) ? position++ : -1);
    }
    naming_ = namingColumns(table);
    measureWidth_ = table.columns.size() > narrowColumns;
  }

  TableStats run() {
    while (statement_.step())
      scanRow();
    return std::move(stats_);
  }

 private:
  static std::string selectSql(const SourceTable& table, const RowidRange& range) {
    std::string list;
    if (!table.rowidName.empty()) list = quoteIdentifier(table.rowidName);
    for (const SourceColumn& column : table.columns) {
      if (!isVisible(column)) continue;
      if (!list.empty()) list += ", ";
      list += quoteIdentifier(column.name);
    }
    std::string where;
    const std::string rowid = quoteIdentifier(table.rowidName);
    if (range.first) where = " WHERE " + rowid + " >= " + std::to_string(*range.first);
    if (range.last) {
      where += (where.empty() ? " WHERE " : " AND ") + rowid + " <= " + std::to_string(*range.last);
    }
    return "SELECT " + list + " FROM main." + quoteIdentifier(table.name) + " NOT INDEXED" + where;
  }

  void scanRow() {
    if (utf16_) checkSurrogates();
    if (!table_.rowidName.empty()) {
      const std::int64_t rowid = statement_.int64(0);
      const bool first = stats_.rows == 0;
      stats_.rowidMin = first ? rowid : std::min(stats_.rowidMin, rowid);
      stats_.rowidMax = first ? rowid : std::max(stats_.rowidMax, rowid);
    }
    ++stats_.rows;
    RowWidth width(positions_.size());
    for (std::size_t i = 0; i < positions_.size(); ++i) {
      if (positions_[i] < 0) continue;
      const std::int64_t bytes = scanValue(i);
      stats_.bytes += bytes;
      if (measureWidth_) addWidth(width, positions_[i], bytes);
    }
    if (measureWidth_ && width.bytes() > rowLimit) {
      ++stats_.wideRows.count;
      if (stats_.wideRows.examples.size() < maxExamples_) {
        stats_.wideRows.examples.push_back(rowName() + ": " + std::to_string(width.bytes()) +
                                           " bytes");
      }
    }
  }

  /// Before any value of the row is converted to UTF-8, which hides some lone surrogates.
  void checkSurrogates() {
    for (std::size_t i = 0; i < positions_.size(); ++i) {
      paired_[i] = true;
      if (positions_[i] < 0 || sqlite3_column_type(row(), positions_[i]) != SQLITE_TEXT) continue;
      const void* units = sqlite3_column_text16(row(), positions_[i]);
      const auto count = static_cast<std::size_t>(sqlite3_column_bytes16(row(), positions_[i])) / 2;
      if (units != nullptr) {
        paired_[i] = surrogatesPaired({static_cast<const char16_t*>(units), count});
      }
    }
  }

  void addWidth(RowWidth& width, int position, std::int64_t bytes) {
    using sqlite::StorageClass;
    const StorageClass type = statement_.type(position);
    if (type == StorageClass::integer || type == StorageClass::real) width.addNumber();
    if (type == StorageClass::text || type == StorageClass::blob)
      width.addBytes(static_cast<std::size_t>(bytes));
  }

  std::int64_t scanValue(std::size_t column) {
    const int position = positions_[column];
    switch (statement_.type(position)) {
      case sqlite::StorageClass::integer:
        return scanInteger(column, statement_.int64(position));
      case sqlite::StorageClass::real:
        return scanReal(column, statement_.real(position));
      case sqlite::StorageClass::text:
        return scanText(column);
      case sqlite::StorageClass::blob:
        return scanBlob(column);
      case sqlite::StorageClass::null:
        break;
    }
    note(column, Trait::null);
    return 0;
  }

  std::int64_t scanInteger(std::size_t column, std::int64_t value) {
    ColumnStats& stats = stats_.columns[column];
    const DeclaredType& declared = wishes_[column].declared;
    stats.integerMin = std::min(stats.integerMin, value);
    stats.integerMax = std::max(stats.integerMax, value);
    note(column, Trait::integer);
    if (value > exactDouble || value < -exactDouble) note(column, Trait::bigInteger);
    if (value != 0 && value != 1) note(column, Trait::notZeroOne);
    if (wishes_[column].epoch != nullptr) judgeEpoch(column, value);
    if (isLimitedDecimal(declared) && !fitsDecimal(value, declared.length, declared.scale)) {
      note(column, Trait::decimalMisfit);
    }
    return 8;
  }

  std::int64_t scanReal(std::size_t column, double value) {
    const DeclaredType& declared = wishes_[column].declared;
    note(column, Trait::real);
    if (std::isinf(value)) note(column, Trait::infinite);
    if (wishes_[column].epoch != nullptr) judgeEpoch(column, value);
    if (isLimitedDecimal(declared) && !fitsDecimal(value, declared.length, declared.scale)) {
      note(column, Trait::decimalMisfit);
    }
    return 8;
  }

  template <typename Number>
  void judgeEpoch(std::size_t column, Number value) {
    const auto micros = microsOf(*wishes_[column].epoch, value);
    if (!micros || !inYears(*micros)) note(column, Trait::notEpoch);
  }

  std::int64_t scanText(std::size_t column) {
    const int position = positions_[column];
    const std::string_view text = statement_.text(position);
    ColumnStats& stats = stats_.columns[column];
    const TextCheck check = checkText(text);
    note(column, Trait::text);
    noteSize(column, text.size());
    stats.maxCharacters = std::max(stats.maxCharacters, check.characters);
    if (!paired_[column]) {
      note(column, Trait::loneSurrogate);
    } else if (!check.validUtf8) {
      note(column, Trait::invalidUtf8);
      if (check.hasNul) note(column, Trait::nulInInvalid);
    } else if (check.hasNul) {
      note(column, Trait::nul);
    }
    const ColumnWish& wish = wishes_[column];
    if (wish.declared.kind == DeclaredKind::text && wish.declared.length > 0 &&
        check.characters > static_cast<std::size_t>(wish.declared.length)) {
      note(column, Trait::overLong);
    }
    if (wish.declared.kind == DeclaredKind::boolean ||
        wish.declared.kind == DeclaredKind::smallFlag) {
      const auto pair = booleanPair(text);
      pair ? void(++stats.booleanPairs[*pair]) : note(column, Trait::notBooleanWord);
    }
    if (wish.temporal) scanTime(column, text);
    if (wish.json) scanJson(column, text);
    if (wish.uuid && !isUuid(text)) note(column, Trait::notUuid);
    if (wish.integerText && !isCanonicalInteger(text)) note(column, Trait::notInteger);
    return static_cast<std::int64_t>(text.size());
  }

  void scanTime(std::size_t column, std::string_view text) {
    const auto time = parseIsoTime(text);
    if (!time) return note(column, Trait::notTemporal);
    switch (time->kind) {
      case IsoTime::Kind::date:
        note(column, Trait::date);
        break;
      case IsoTime::Kind::time:
        note(column, Trait::time);
        break;
      case IsoTime::Kind::dateTime:
        note(column, Trait::dateTime);
        break;
      case IsoTime::Kind::offsetDateTime:
        note(column, Trait::offsetDateTime);
        break;
    }
    if (time->finerThanMicros) {
      note(column, Trait::finerThanMicros);
    } else if (const auto& zone = wishes_[column].zone) {
      const bool local = time->kind == IsoTime::Kind::date || time->kind == IsoTime::Kind::dateTime;
      if (local && !zone->toUtc(time->micros)) note(column, Trait::notInZone);
    }
  }

  void scanJson(std::size_t column, std::string_view text) {
    if (!isJson(text)) return note(column, Trait::notJson);
    if (!wishes_[column].jsonb) return;
    const JsonbCheck check = checkJsonb(text);
    if (!check.holds) note(column, Trait::notJsonb);
    if (check.doubleKeys) note(column, Trait::doubleKeys);
  }

  std::int64_t scanBlob(std::size_t column) {
    const std::string_view blob = statement_.blob(positions_[column]);
    note(column, Trait::blob);
    noteSize(column, blob.size());
    // Only where text stands beside blobs, or was declared, does it matter whether they are text;
    // one that is not settles the question for the column.
    if (wishes_[column].uuid && blob.size() != uuidBytes) note(column, Trait::notUuid);
    ColumnStats& stats = stats_.columns[column];
    if (stats.count(Trait::binaryBlob) < static_cast<std::int64_t>(maxExamples_) ||
        wishes_[column].everyBlob || wishes_[column].declared.kind != DeclaredKind::blob) {
      const TextCheck check = checkText(blob);
      if (!check.validUtf8 || check.hasNul) note(column, Trait::binaryBlob);
    }
    return static_cast<std::int64_t>(blob.size());
  }

  void noteSize(std::size_t column, std::size_t size) {
    ColumnStats& stats = stats_.columns[column];
    stats.maxBytes = std::max(stats.maxBytes, size);
    const auto bytes = static_cast<std::int64_t>(size);
    if (size > classedJsonMax) note(column, Trait::overJsonLimit);
    if (bytes > fieldLimit) {
      note(column, Trait::overFieldLimit);
    } else if (bytes > dumpLimit) {
      note(column, Trait::overDumpLimit);
    }
  }

  void note(std::size_t column, Trait trait) {
    TraitStat& stat = stats_.columns[column].traits[static_cast<std::size_t>(trait)];
    if (++stat.count <= static_cast<std::int64_t>(maxExamples_)) {
      stat.examples.push_back(rowName() + ": " + describeValue(row(), positions_[column]));
    }
  }

  static bool isLimitedDecimal(const DeclaredType& declared) {
    return declared.kind == DeclaredKind::decimal && declared.length > 0;
  }

  /// "id=3", "(a=1, b='x')" or "rowid=3".
  std::string rowName() {
    if (naming_.empty()) {
      if (table_.rowidName.empty()) return "row " + std::to_string(stats_.rows);
      return "rowid=" + std::to_string(statement_.int64(0));
    }
    std::string name;
    for (const std::size_t column : naming_) {
      if (!name.empty()) name += ", ";
      name += table_.columns[column].name + "=" + spellValue(row(), positions_[column]);
    }
    return naming_.size() == 1 ? name : "(" + name + ")";
  }

  sqlite3_stmt* row() const { return statement_.raw(); }

  const SourceTable& table_;
  const std::vector<ColumnWish>& wishes_;
  const std::size_t maxExamples_;
  sqlite::Statement statement_;
  TableStats stats_;
  std::vector<int> positions_;  ///< Of each column in the SELECT; -1: not read.
  std::vector<std::size_t> naming_;
  std::vector<bool> paired_;  ///< Of each column in this row; false only in UTF-16 databases.
  bool utf16_ = false;
  bool measureWidth_ = false;
};

}  // namespace

void TableStats::add(const TableStats& rest, std::size_t examples) {
  const auto addTrait = [examples](TraitStat& sum, const TraitStat& part) {
    sum.count += part.count;
    for (const std::string& example : part.examples) {
      if (sum.examples.size() < examples) sum.examples.push_back(example);
    }
  };
  if (rest.rows > 0) {
    rowidMin = rows == 0 ? rest.rowidMin : std::min(rowidMin, rest.rowidMin);
    rowidMax = rows == 0 ? rest.rowidMax : std::max(rowidMax, rest.rowidMax);
  }
  rows += rest.rows;
  bytes += rest.bytes;
  addTrait(wideRows, rest.wideRows);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    ColumnStats& sum = columns[i];
    const ColumnStats& part = rest.columns[i];
    for (std::size_t trait = 0; trait < sum.traits.size(); ++trait)
      addTrait(sum.traits[trait], part.traits[trait]);
    sum.integerMin = std::min(sum.integerMin, part.integerMin);
    sum.integerMax = std::max(sum.integerMax, part.integerMax);
    sum.maxCharacters = std::max(sum.maxCharacters, part.maxCharacters);
    sum.maxBytes = std::max(sum.maxBytes, part.maxBytes);
    for (std::size_t pair = 0; pair < sum.booleanPairs.size(); ++pair)
      sum.booleanPairs[pair] += part.booleanPairs[pair];
  }
}

bool isVisible(const SourceColumn& column) {
  return column.hidden != SourceColumn::Hidden::yes;
}

std::vector<std::size_t> namingColumns(const SourceTable& table) {
  return table.primaryKey();
}

TableStats scanTable(sqlite::SqliteReader& reader, const SourceTable& table,
                     const std::vector<ColumnWish>& wishes, std::size_t examples,
                     const RowidRange& range) {
  try {
    return TableScan(reader, table, wishes, examples, range).run();
  } catch (const Error& failure) {
    throw failure.within("scanning table \"" + table.name + "\"");
  }
}

}  // namespace repot::migrate
