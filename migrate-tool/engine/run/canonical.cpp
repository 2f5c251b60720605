// Canonical values; see canonical.hpp. A value is a tag, its length in 8 bytes, and its bytes.
#include "engine/run/canonical.hpp"

#include "engine/run/canonical_part.hpp"
#include "engine/run/canonical_repair.hpp"
#include "engine/run/number_text.hpp"

#include <repot/error.hpp>
#include <repot/formats.hpp>
#include <repot/hex.hpp>

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace repot::migrate {
namespace {

using canonical::append;
using canonical::appendFixed;
using canonical::plainDecimal;
using sqlite::StorageClass;

std::string decimalOf(double value) {
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  return plainDecimal(formats::formatShortest(value));
}

/// How a real is spelled is the encoder's choice; that the text reads back equal is checked here.
std::string spelledReal(double value) {
  NumberText text;
  const std::string spelled(text.of(value));
  if (std::strtod(spelled.c_str(), nullptr) != value) {
    throw Error(ErrorKind::internal, "the text of a real does not read back equal");
  }
  return spelled;
}

std::string lowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return lower;
}

/// Whether PostgreSQL's text can hold it; throws where it cannot. Asked only where nobody else has
/// judged the text: else the scan and the server have.
bool fitsText(const ColumnPlan& column, std::string_view text) {
  if (column.misfit == MisfitPolicy::fail && !column.existing) return true;
  formats::checkText(text);
  const auto characters = std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  });
  // PostgreSQL fills char(n) with blanks, so only those of a full text can be told from its own.
  if (column.type == PgType::bpchar && text.ends_with(' ') && characters < column.length)
    return false;
  return column.length == 0 || characters <= column.length;
}

bool appendCharacters(ByteBuffer& out, const ColumnPlan& column, std::string_view text) {
  std::string_view kept = text;
  if (column.type == PgType::bpchar) kept = kept.substr(0, kept.find_last_not_of(' ') + 1);
  append(out, 't', kept);
  return fitsText(column, text);
}

/// Whether numeric(p,s) holds a plain decimal as it is.
bool fitsNumeric(const ColumnPlan& column, std::string_view plain) {
  if (column.length == 0) return true;
  if (plain.find_first_not_of("-0123456789.") != std::string_view::npos) return false;
  if (plain.starts_with('-')) plain.remove_prefix(1);
  const std::size_t point = std::min(plain.find('.'), plain.size());
  const int whole = plain.starts_with('0') ? 0 : static_cast<int>(point);
  const int fraction = point == plain.size() ? 0 : static_cast<int>(plain.size() - point - 1);
  // A negative scale rounds at a place before the point; of integers only 0 is surely as it is.
  return whole <= column.length - column.scale && fraction <= std::max(column.scale, 0) &&
         (column.scale >= 0 || plain == "0");
}

bool appendNumeric(ByteBuffer& out, const ColumnPlan& column, const std::string& plain) {
  append(out, 'm', plain);
  return (column.misfit == MisfitPolicy::fail && !column.existing) || fitsNumeric(column, plain);
}

/// "[-+]digits[.digits]" as .NET stores decimals.
bool appendDecimalText(ByteBuffer& out, const ColumnPlan& column, std::string_view text) {
  constexpr std::size_t longest = 1000;
  if (!column.existing || text.size() > longest) return false;
  std::string plain(text.starts_with('+') ? text.substr(1) : text);
  formats::checkDecimal(plain);
  const bool negative = plain.starts_with('-');
  if (negative) plain.erase(0, 1);
  plain.erase(0, std::min(plain.find_first_not_of('0'), plain.size()));
  if (plain.empty() || plain.front() == '.') plain.insert(0, 1, '0');
  plain = plainDecimal(std::move(plain));
  return appendNumeric(out, column, negative && plain != "0" ? '-' + plain : plain);
}

bool appendUuidText(ByteBuffer& out, std::string_view text) {
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') text = text.substr(1, 36);
  const bool dashed =
      text.size() == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-';
  if (!dashed && text.size() != 32) return false;
  std::string hex = lowerCase(text);
  std::erase(hex, '-');
  append(out, 'u', hex);
  return hex.size() == 32 && hex.find_first_not_of("0123456789abcdef") == std::string::npos;
}

bool appendBooleanText(ByteBuffer& out, const ColumnPlan& column, std::string_view text) {
  if (column.conversion != Conversion::booleanText && !column.existing) return false;
  const std::string word = lowerCase(text);
  const bool yes = word == "t" || word == "true" || word == "y" || word == "yes";
  if (!yes && word != "f" && word != "false" && word != "n" && word != "no") return false;
  append(out, 'b', yes ? "1" : "0");
  return true;
}

bool inRange(PgType type, std::int64_t value) {
  if (type == PgType::smallint) return value == static_cast<std::int16_t>(value);
  return type == PgType::bigint || value == static_cast<std::int32_t>(value);
}

bool appendIntegerText(ByteBuffer& out, const ColumnPlan& column, std::string_view text) {
  if (column.conversion != Conversion::textToInteger && !column.existing) return false;
  std::int64_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return false;
  appendFixed(out, 'i', number);
  // "007" is no integer that would come back as it was.
  return inRange(column.type, number) && (!column.existing || std::to_string(number) == text);
}

bool appendJson(ByteBuffer& out, const ColumnPlan& column, std::string_view text) {
  const auto sorted = column.type == PgType::jsonb || column.existing
                          ? canonical::sortedJson(text)
                          : std::optional<std::string>();
  if (column.type == PgType::jsonb) {
    append(out, 'k', sorted.value_or(""));
    return sorted.has_value();
  }
  append(out, 'j', text);
  return !column.existing || sorted.has_value() || text.find("\\u0000") != std::string_view::npos;
}

bool takesBlobs(const ColumnPlan& column) {
  return column.existing || column.conversion == Conversion::blobToText ||
         column.conversion == Conversion::anyToText;
}

bool appendSourceText(ByteBuffer& out, const ColumnPlan& column, std::string_view text) {
  switch (column.type) {
    case PgType::text:
    case PgType::varchar:
    case PgType::bpchar:
      if (!column.repairsText()) return appendCharacters(out, column, text);
      return appendCharacters(out, column, canonical::repairedText(column, text));
    case PgType::other:
      append(out, 't', text);
      return true;
    case PgType::enumeration:
      append(out, 't', text);
      return std::find(column.labels.begin(), column.labels.end(), text) != column.labels.end();
    case PgType::bytea:
      if (column.conversion != Conversion::textToBytea && !column.existing) return false;
      append(out, 'x', text);
      return true;
    case PgType::json:
    case PgType::jsonb:
      return appendJson(out, column, text);
    case PgType::uuid:
      return column.conversion != Conversion::bytesToUuid && appendUuidText(out, text);
    case PgType::boolean:
      return appendBooleanText(out, column, text);
    case PgType::bigint:
    case PgType::integer:
    case PgType::smallint:
      return appendIntegerText(out, column, text);
    case PgType::numeric:
      return appendDecimalText(out, column, text);
    case PgType::inet: {
      const auto address = canonical::inetText(text, column.typeName == "cidr");
      append(out, 'n', address.value_or(""));
      return address.has_value();
    }
    case PgType::date:
    case PgType::time:
    case PgType::timestamp:
    case PgType::timestamptz:
    case PgType::interval:
      return canonical::appendSourceTime(out, column, text);
    case PgType::doublePrecision:
    case PgType::real:
      break;
  }
  return false;
}

bool appendReal(ByteBuffer& out, const ColumnPlan& column, const sqlite::Statement& row, int index,
                bool integer) {
  double value = 0;
  if (integer) {
    value = static_cast<double>(row.int64(index));
    constexpr double beyond = 9'223'372'036'854'775'808.0;  // 2^63, where the way back ends.
    if ((column.conversion != Conversion::intToReal && !column.existing) || value >= beyond ||
        static_cast<std::int64_t>(value) != row.int64(index)) {
      return false;
    }
  } else {
    value = row.real(index);
  }
  appendFixed(out, 'r', value);
  return column.type == PgType::doublePrecision ||
         std::bit_cast<std::uint64_t>(static_cast<double>(static_cast<float>(value))) ==
             std::bit_cast<std::uint64_t>(value);
}

bool appendSourceNumber(ByteBuffer& out, const ColumnPlan& column, const sqlite::Statement& row,
                        int index) {
  const bool integer = row.type(index) == StorageClass::integer;
  switch (column.type) {
    case PgType::bigint:
    case PgType::integer:
    case PgType::smallint:
      if (!integer) return false;
      appendFixed(out, 'i', row.int64(index));
      return inRange(column.type, row.int64(index));
    case PgType::boolean:
      if (!integer || (row.int64(index) != 0 && row.int64(index) != 1)) return false;
      append(out, 'b', row.int64(index) == 1 ? "1" : "0");
      return true;
    case PgType::doublePrecision:
    case PgType::real:
      return appendReal(out, column, row, index, integer);
    case PgType::numeric:
      return appendNumeric(out, column,
                           integer ? std::to_string(row.int64(index)) : decimalOf(row.real(index)));
    case PgType::text:
    case PgType::varchar:
    case PgType::bpchar:
    case PgType::other:
      if (column.conversion != Conversion::toText && column.conversion != Conversion::anyToText &&
          !column.existing) {
        return false;
      }
      return appendCharacters(
          out, column, integer ? std::to_string(row.int64(index)) : spelledReal(row.real(index)));
    case PgType::json:
    case PgType::jsonb: {
      // A column declared JSON has SQLite's numeric affinity, which turns '5' into 5.
      if (!column.existing || (!integer && !std::isfinite(row.real(index)))) return false;
      NumberText text;
      return appendJson(out, column,
                        integer ? text.of(row.int64(index)) : text.shortest(row.real(index)));
    }
    case PgType::timestamp:
    case PgType::timestamptz:
    case PgType::interval:
      return canonical::appendSourceEpoch(out, column, row, index);
    default:
      return false;
  }
}

bool appendUuidBytes(ByteBuffer& out, std::string_view bytes) {
  append(out, 'u', formats::toHex(bytes));
  return bytes.size() == 16;
}

bool appendSourceBlob(ByteBuffer& out, const ColumnPlan& column, std::string_view blob) {
  if (column.type == PgType::uuid && column.conversion == Conversion::bytesToUuid)
    return appendUuidBytes(out, blob);
  if (column.type == PgType::bytea) {
    append(out, 'x', blob);
    return true;
  }
  const bool text = column.type == PgType::text || column.type == PgType::varchar ||
                    column.type == PgType::bpchar;
  return text && takesBlobs(column) && appendCharacters(out, column, blob);
}

bool appendSourceByType(ByteBuffer& out, const ColumnPlan& column, const sqlite::Statement& row,
                        int index) {
  switch (row.type(index)) {
    case StorageClass::integer:
    case StorageClass::real:
      return appendSourceNumber(out, column, row, index);
    case StorageClass::text:
      return appendSourceText(out, column, row.text(index));
    case StorageClass::blob:
      return appendSourceBlob(out, column, row.blob(index));
    case StorageClass::null:
      break;
  }
  return false;
}

/// As SQLite stores it: the target's document says which class it was.
bool appendSourceClass(ByteBuffer& out, const ColumnPlan& column, const sqlite::Statement& row,
                       int index) {
  switch (row.type(index)) {
    case StorageClass::integer:
      appendFixed(out, 'i', row.int64(index));
      return true;
    case StorageClass::real:
      appendFixed(out, 'r', row.real(index));
      return true;
    case StorageClass::text:
      if (column.repairsText())
        return appendCharacters(out, column, canonical::repairedText(column, row.text(index)));
      return appendCharacters(out, column, row.text(index));
    case StorageClass::blob:
      append(out, 'x', row.blob(index));
      return true;
    case StorageClass::null:
      break;
  }
  return false;
}

}  // namespace

void canonical::appendDigest(ByteBuffer& out, char tag, std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  const std::array<std::uint64_t, 3> content{bytes.size(), hash.low64, hash.high64};
  append(out, static_cast<char>(tag - 'a' + 'A'),
         {reinterpret_cast<const char*>(content.data()), sizeof content});
}

std::string canonical::plainDecimal(std::string text) {
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

bool appendSourceValue(ByteBuffer& out, const ColumnPlan& column, const sqlite::Statement& row,
                       int index) {
  if (row.type(index) == StorageClass::null) {
    append(out, '0', {});
    return true;
  }
  const std::size_t before = out.size();
  bool fits = false;
  try {
    fits = column.conversion == Conversion::anyToJson ? appendSourceClass(out, column, row, index)
                                                      : appendSourceByType(out, column, row, index);
  } catch (const Error&) {
    fits = false;  // A text that is no date of the kind.
  }
  if (fits) return true;
  out.truncate(before);
  append(out, '0', {});
  return false;
}

}  // namespace repot::migrate
