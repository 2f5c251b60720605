// One pass over a table that gathers, per column, everything that choosing a type needs to know.
// Memory is bounded: counters, extremes, and a few examples of each trait.
#pragma once

#include "declared_type.hpp"
#include "epoch.hpp"
#include "source_schema.hpp"
#include "zone.hpp"

#include <repot/sqlite/bulk.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace repot::migrate {

/// A property of single values. The first five are the storage classes.
enum class Trait : std::size_t {
  null,
  integer,
  real,
  text,
  blob,
  bigInteger,  ///< Above 2^53 in magnitude: not every such integer is a double.
  notZeroOne,  ///< An integer that is not 0 or 1.
  infinite,
  invalidUtf8,    ///< Text that PostgreSQL refuses as malformed.
  loneSurrogate,  ///< UTF-16 text with half a pair, which SQLite itself cannot convert.
  nul,            ///< Valid text with U+0000.
  nulInInvalid,   ///< The same in text that is malformed.
  binaryBlob,     ///< Not valid UTF-8, or with NUL: cannot be read as text.
  overLong,       ///< More characters than the declared length.
  decimalMisfit,  ///< Does not fit the declared numeric(p,s) as shortest decimal.
  date,
  time,
  dateTime,
  offsetDateTime,  ///< Text in one of the strict ISO forms.
  notTemporal,     ///< Text in none of them.
  finerThanMicros,
  notEpoch,   ///< A number that is no time of the epoch asked for.
  notInZone,  ///< No one instant by the clocks of the zone asked for.
  notBooleanWord,
  notJson,
  notJsonb,    ///< JSON that jsonb refuses; looked for on request only, as the next.
  doubleKeys,  ///< JSON with a key twice, of which jsonb keeps the last.
  notUuid,
  notInteger,      ///< Text that is none; looked for on request only.
  overFieldLimit,  ///< Above PostgreSQL's 1 GB − 1.
  overJsonLimit,   ///< Too large for a value of jsonb that keeps the storage class.
  overDumpLimit,   ///< Bytes that pg_dump cannot read back as text (hex doubles them).
  count_,
};

struct TraitStat {
  std::int64_t count = 0;
  std::vector<std::string> examples;  ///< "id=3: text 'lots'".
};

struct ColumnStats {
  std::array<TraitStat, static_cast<std::size_t>(Trait::count_)> traits;
  std::int64_t integerMin = std::numeric_limits<std::int64_t>::max();
  std::int64_t integerMax = std::numeric_limits<std::int64_t>::min();
  std::size_t maxCharacters = 0;
  std::size_t maxBytes = 0;
  std::array<std::int64_t, 4> booleanPairs{};  ///< t/f, true/false, y/n, yes/no.

  const TraitStat& stat(Trait trait) const { return traits[static_cast<std::size_t>(trait)]; }
  std::int64_t count(Trait trait) const { return stat(trait).count; }
  std::int64_t values() const {
    return count(Trait::integer) + count(Trait::real) + count(Trait::text) + count(Trait::blob);
  }
};

/// What to look for in a column beyond what is always gathered.
struct ColumnWish {
  DeclaredType declared;
  bool temporal = false;
  bool json = false;
  bool jsonb = false;
  bool uuid = false;
  bool integerText = false;
  bool everyBlob = false;        ///< Count each blob that is no text, as such ones are set aside.
  const Epoch* epoch = nullptr;  ///< Of numbers that are times.
  std::shared_ptr<const Zone> zone;  ///< Of times without offset; null: none asked for.
};

struct TableStats {
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
  std::int64_t rowidMin = 0, rowidMax = -1;
  std::vector<ColumnStats> columns;  ///< Parallel to the source's columns.
  TraitStat wideRows;                ///< Rows above what a PostgreSQL page holds inline.

  /// Adds those of the rows behind; of each trait up to `examples` stay.
  void add(const TableStats& rest, std::size_t examples);
};

/// Both ends included; open where there is none.
struct RowidRange {
  std::optional<std::int64_t> first;
  std::optional<std::int64_t> last;
};

/// Scans by the table itself, never by an index (which may disagree in a damaged file).
/// `wishes` is parallel to the table's columns; of each trait up to `examples` values are kept.
/// Errors: those of reading, with the table's name.
TableStats scanTable(sqlite::SqliteReader& reader, const SourceTable& table,
                     const std::vector<ColumnWish>& wishes, std::size_t examples,
                     const RowidRange& range = {});

/// Columns that a user sees and that are copied: all but the hidden ones of virtual tables.
bool isVisible(const SourceColumn& column);
/// Indexes of the columns that name a row of the table: its primary key, or none.
std::vector<std::size_t> namingColumns(const SourceTable& table);

}  // namespace repot::migrate
