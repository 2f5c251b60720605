// Reads the server's value by the verifier's decoder, and spells it as the column's values are
// spelled. That nothing was altered is proved afterwards, by the source's decoder.
#include "engine/revert/value_writer.hpp"

#include "engine/epoch.hpp"
#include "engine/run/canonical.hpp"
#include "engine/run/canonical_part.hpp"

#include <repot/error.hpp>
#include <repot/formats.hpp>
#include <repot/scalar_text.hpp>

#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

namespace repot::migrate {
namespace {

void bindText(sqlite3_stmt* statement, int index, std::string_view text) {
  sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// Without a copy: the bytes stay until the statement has run.
void bindBytes(sqlite3_stmt* statement, int index, std::string_view bytes, bool text) {
  const char* const data = bytes.empty() ? "" : bytes.data();
  if (text) {
    sqlite3_bind_text64(statement, index, data, bytes.size(), SQLITE_STATIC, SQLITE_UTF8);
  } else {
    sqlite3_bind_blob64(statement, index, data, bytes.size(), SQLITE_STATIC);
  }
}

template <typename Number>
Number fixed(std::string_view content) {
  Number number{};
  std::memcpy(&number, content.data(), sizeof number);
  return number;
}

/// The types whose bytes are the value, so that no canonical form is needed (nor one made of what
/// is a gigabyte long).
bool isBytes(PgType type) {
  switch (type) {
    case PgType::text:
    case PgType::varchar:
    case PgType::bpchar:
    case PgType::enumeration:
    case PgType::other:
    case PgType::json:
    case PgType::jsonb:
    case PgType::bytea:
      return true;
    default:
      return false;
  }
}

}  // namespace

void ValueWriter::misfit(std::string_view why) const {
  throw Error(ErrorKind::data, "column \"" + column_.source + "\": PostgreSQL holds a " +
                                   typeSql(column_) + " that " + std::string(why));
}

void ValueWriter::bind(sqlite3_stmt* statement, int index,
                       const postgresql::CopyField& field) const {
  if (field.null) {
    sqlite3_bind_null(statement, index);
    return;
  }
  if (isBytes(column_.type)) {
    std::string_view bytes = field.bytes;
    if (column_.type == PgType::jsonb && !bytes.empty()) bytes.remove_prefix(1);  // Its version.
    if (column_.conversion == Conversion::anyToJson) {
      const canonical::ClassedValue value = canonical::classedValue(bytes);
      if (value.tag == 'k') misfit("is no value of SQLite's");
      return bindContent(statement, index, value.tag, value.content);
    }
    return bindBytes(statement, index, bytes, column_.type != PgType::bytea);
  }
  ByteBuffer canonical;
  appendTargetValue(canonical, column_, field);
  bindContent(statement, index, canonical.view().front(),
              canonical.view().substr(canonical::frameBytes));
}

void ValueWriter::bindContent(sqlite3_stmt* statement, int index, char tag,
                              std::string_view content) const {
  switch (tag) {
    case 'i':
      if (column_.conversion == Conversion::textToInteger)
        return bindText(statement, index, std::to_string(fixed<std::int64_t>(content)));
      sqlite3_bind_int64(statement, index, fixed<std::int64_t>(content));
      return;
    case 'r':
      if (std::isnan(fixed<double>(content))) misfit("is NaN, which SQLite takes for NULL");
      sqlite3_bind_double(statement, index, fixed<double>(content));
      return;
    case 'x':
      sqlite3_bind_blob64(statement, index, content.empty() ? "" : content.data(), content.size(),
                          SQLITE_TRANSIENT);
      return;
    case 'b':
      if (style_.booleanAsText)
        return bindText(statement, index, content == "1" ? style_.trueText : style_.falseText);
      sqlite3_bind_int64(statement, index, content == "1" ? 1 : 0);
      return;
    case 'm':
      return bindDecimal(statement, index, content);
    case 'd':
    case 'h':
    case 's':
    case 'z': {
      const auto text = canonical::spelledTime(tag, content);
      if (!text) misfit("is infinite, or beyond the years that SQLite's text can say");
      return tag == 'd' ? bindText(statement, index, *text) : bindTime(statement, index, *text);
    }
    case 'v':
      return bindInterval(statement, index, content);
    case 'u':
      return bindUuid(statement, index, content);
    default:
      break;
  }
  bindText(statement, index, content);
}

/// SQLite would round a decimal that it takes into a numeric column, and say nothing.
void ValueWriter::bindDecimal(sqlite3_stmt* statement, int index, std::string_view decimal) const {
  if (decimal == "NaN" || decimal.ends_with("Infinity")) misfit("is no finite number");
  if (affinity_ == Affinity::text || affinity_ == Affinity::blob)
    return bindText(statement, index, decimal);
  std::int64_t integer = 0;
  const char* const end = decimal.data() + decimal.size();
  const auto read = std::from_chars(decimal.data(), end, integer);
  if (read.ec == std::errc() && read.ptr == end && affinity_ != Affinity::real) {
    sqlite3_bind_int64(statement, index, integer);
    return;
  }
  double number = 0;
  std::from_chars(decimal.data(), end, number);
  if (!std::isfinite(number) || canonical::plainDecimal(formats::formatShortest(number)) != decimal)
    misfit("has more digits than SQLite keeps in a column of this type");
  sqlite3_bind_double(statement, index, number);
}

bool ValueWriter::bindEpoch(sqlite3_stmt* statement, int index, std::string_view text) const {
  const Epoch* const epoch = epochOf(column_.conversion);
  if (epoch == nullptr) return false;
  const std::int64_t micros =
      formats::parseTimestamp(text).time_since_epoch() / std::chrono::microseconds(1);
  const std::int64_t since = (micros - epoch->origin) * epoch->divisor;
  if (since % epoch->micros == 0) {
    sqlite3_bind_int64(statement, index, since / epoch->micros);
    return true;
  }
  const double number = static_cast<double>(since) / static_cast<double>(epoch->micros);
  if (microsOf(*epoch, number) != micros) misfit("no number of its epoch says exactly");
  sqlite3_bind_double(statement, index, number);
  return true;
}

/// "03:04:05.000006", "2025-01-02 03:04:05.000006"; instants in UTC.
void ValueWriter::bindTime(sqlite3_stmt* statement, int index, std::string_view text) const {
  const bool whole = column_.type != PgType::time;
  if (whole && bindEpoch(statement, index, text)) return;
  std::string spelt(text);
  if (whole) spelt[10] = style_.separator;
  const std::size_t point = spelt.find('.');
  std::size_t digits = spelt.find_last_not_of('0') - point;
  if (style_.fraction == ValueStyle::Fraction::always)
    digits = std::max(digits, static_cast<std::size_t>(style_.fractionDigits));
  spelt.resize(digits == 0 ? point : point + 1 + digits);
  if (column_.type == PgType::timestamptz) spelt += style_.zone;
  bindText(statement, index, spelt);
}

/// As SQLAlchemy stores one: the datetime so long after 1970.
void ValueWriter::bindInterval(sqlite3_stmt* statement, int index, std::string_view content) const {
  const std::size_t blank = content.find(' ');
  if (blank == std::string_view::npos || content.substr(0, blank) != "0")
    misfit("counts months, which SQLite's form of it cannot");
  const auto micros = formats::parseNumber<std::int64_t>(content.substr(blank + 1));
  const std::string text = formats::formatTimestamp(Timestamp(std::chrono::microseconds(micros)));
  if (!bindEpoch(statement, index, text)) bindText(statement, index, text);
}

void ValueWriter::bindUuid(sqlite3_stmt* statement, int index, std::string_view hex) const {
  if (style_.uuid == ValueStyle::Uuid::blob) {
    const Bytes bytes = formats::parseHex(hex);
    sqlite3_bind_blob64(statement, index, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
    return;
  }
  std::string text(hex);
  if (style_.uuid == ValueStyle::Uuid::dashes)
    for (const std::size_t place : {20U, 16U, 12U, 8U})
      text.insert(place, 1, '-');
  if (style_.upperCase)
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c; });
  bindText(statement, index, text);
}

}  // namespace repot::migrate
