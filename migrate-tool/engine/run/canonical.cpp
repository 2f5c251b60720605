// Canonical values; see canonical.hpp. A value is a tag, its length in 8 bytes, and its bytes.
#include "engine/run/canonical.hpp"

#include "engine/run/canonical_part.hpp"
#include "engine/run/canonical_repair.hpp"
#include "engine/run/number_text.hpp"
#include "engine/zone.hpp"

#include <repot/error.hpp>
#include <repot/formats.hpp>

#include <algorithm>
#include <bit>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <map>
#include <vector>

namespace repot::migrate {
namespace {

using canonical::append;
using canonical::appendFixed;
using sqlite::StorageClass;

/// Digits without zeros that say nothing: "-12.5", "0", "1000".
std::string plainDecimal(std::string text) {
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

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

/// Text forms that planning accepts, in the one form that core's strict parsers take.
std::string strictTime(std::string_view text) {
  std::string strict(text);
  if (const std::size_t point = strict.find('.'); point != std::string::npos) {
    std::size_t end = point + 1;
    while (end < strict.size() && strict[end] >= '0' && strict[end] <= '9')
      ++end;
    std::size_t kept = end;
    while (kept > point + 7 && strict[kept - 1] == '0')
      --kept;
    strict.erase(kept, end - kept);
  }
  std::erase_if(strict, [&, i = std::size_t{0}](char c) mutable { return i++ > 10 && c == ' '; });
  for (char& c : strict) {
    if (c == 't') c = 'T';
    if (c == 'z') c = 'Z';
  }
  return strict;
}

/// "Z" or "+01:00" behind the time of day; the date's own dashes come before.
bool hasOffset(std::string_view text) {
  constexpr std::size_t dateLength = 10;
  return text.size() > dateLength &&
         text.find_first_of("Zz+-", dateLength) != std::string_view::npos;
}

/// The instant that clocks of the zone show as `text`. Throws Error(data) where there is not one.
Timestamp instantIn(const std::string& zoneName, std::string_view text) {
  thread_local std::map<std::string, Zone> zones;
  const Zone& zone = zones.try_emplace(zoneName, zoneName).first->second;
  const auto micros = zone.toUtc(formats::parseTimestamp(strictTime(text)).time_since_epoch() /
                                 std::chrono::microseconds(1));
  if (!micros) throw Error(ErrorKind::data, "no one instant in the zone");
  return Timestamp(std::chrono::microseconds(*micros));
}

void appendTemporal(std::string& out, const ColumnPlan& column, std::string_view text) {
  switch (column.type) {
    case PgType::date:
      return append(out, 'd', formats::formatDate(formats::parseDate(text)));
    case PgType::time:
      return append(out, 'h', formats::formatTime(formats::parseTime(strictTime(text))));
    case PgType::timestamp:
      return append(out, 's', formats::formatTimestamp(formats::parseTimestamp(strictTime(text))));
    case PgType::interval: {
      const Timestamp moment = formats::parseTimestamp(strictTime(text));
      return append(out, 'v', std::to_string(moment.time_since_epoch().count()));
    }
    default: {
      if (column.conversion == Conversion::assumeZone && !hasOffset(text)) {
        return append(out, 'z', formats::formatTimestamp(instantIn(column.zone, text)));
      }
      const Instant instant = formats::parseInstant(strictTime(text));
      append(out, 'z', formats::formatTimestamp(Timestamp(instant.time_since_epoch())));
    }
  }
}

Timestamp epochOf(Conversion conversion, std::int64_t value) {
  if (conversion == Conversion::epochSeconds) return Timestamp(std::chrono::seconds(value));
  if (conversion == Conversion::epochMillis) return Timestamp(std::chrono::milliseconds(value));
  return Timestamp(std::chrono::microseconds(value));
}

std::string lowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return lower;
}

/// Whether PostgreSQL's text can hold it; throws where it cannot. Asked only where misfits are
/// planned, since the server has judged all others.
bool fitsText(const ColumnPlan& column, std::string_view text) {
  if (column.misfit == MisfitPolicy::fail) return true;
  formats::checkText(text);
  const auto characters = std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  });
  return column.length == 0 || characters <= column.length;
}

/// Whether numeric(p,s) holds a plain decimal as it is.
bool fitsNumeric(const ColumnPlan& column, std::string_view plain) {
  if (column.length == 0) return true;
  if (plain.find_first_not_of("-0123456789.") != std::string_view::npos) return false;
  if (plain.starts_with('-')) plain.remove_prefix(1);
  const std::size_t point = std::min(plain.find('.'), plain.size());
  const int whole = plain.starts_with('0') ? 0 : static_cast<int>(point);
  const int fraction = point == plain.size() ? 0 : static_cast<int>(plain.size() - point - 1);
  return whole <= column.length - column.scale && fraction <= column.scale;
}

bool takesBlobs(const ColumnPlan& column) {
  return column.conversion == Conversion::blobToText || column.conversion == Conversion::anyToText;
}

bool appendSourceText(std::string& out, const ColumnPlan& column, std::string_view text) {
  switch (column.type) {
    case PgType::text:
    case PgType::varchar: {
      if (!column.repairsText()) {
        append(out, 't', text);
        return fitsText(column, text);
      }
      const std::string repaired = canonical::repairedText(column, text);
      append(out, 't', repaired);
      return fitsText(column, repaired);
    }
    case PgType::bytea:
      if (column.conversion != Conversion::textToBytea) return false;
      append(out, 'x', text);
      return true;
    case PgType::json:
      append(out, 'j', text);
      return true;
    case PgType::uuid: {
      std::string hex = lowerCase(text);
      std::erase_if(hex, [](char c) { return c == '-' || c == '{' || c == '}'; });
      append(out, 'u', hex);
      return hex.size() == 32;
    }
    case PgType::boolean: {
      if (column.conversion != Conversion::booleanText) return false;
      const std::string word = lowerCase(text);
      const bool yes = word == "t" || word == "true" || word == "y" || word == "yes";
      if (!yes && word != "f" && word != "false" && word != "n" && word != "no") return false;
      append(out, 'b', yes ? "1" : "0");
      return true;
    }
    case PgType::bigint: {
      if (column.conversion != Conversion::textToInteger) return false;
      std::int64_t number = 0;
      const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
      if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return false;
      appendFixed(out, 'i', number);
      return true;
    }
    case PgType::date:
    case PgType::time:
    case PgType::timestamp:
    case PgType::timestamptz:
    case PgType::interval:
      appendTemporal(out, column, text);
      return true;
    default:
      return false;
  }
}

bool appendSourceNumber(std::string& out, const ColumnPlan& column, const sqlite::Statement& row,
                        int index) {
  const bool integer = row.type(index) == StorageClass::integer;
  switch (column.type) {
    case PgType::bigint:
      if (!integer) return false;
      appendFixed(out, 'i', row.int64(index));
      return true;
    case PgType::boolean:
      if (!integer || (row.int64(index) != 0 && row.int64(index) != 1)) return false;
      append(out, 'b', row.int64(index) == 1 ? "1" : "0");
      return true;
    case PgType::doublePrecision: {
      if (!integer) {
        appendFixed(out, 'r', row.real(index));
        return true;
      }
      const auto value = static_cast<double>(row.int64(index));
      if (column.conversion != Conversion::intToReal ||
          static_cast<std::int64_t>(value) != row.int64(index)) {
        return false;
      }
      appendFixed(out, 'r', value);
      return true;
    }
    case PgType::numeric: {
      const std::string plain =
          integer ? std::to_string(row.int64(index)) : decimalOf(row.real(index));
      append(out, 'm', plain);
      return column.misfit == MisfitPolicy::fail || fitsNumeric(column, plain);
    }
    case PgType::text:
    case PgType::varchar:
      if (column.conversion != Conversion::toText && column.conversion != Conversion::anyToText) {
        return false;
      }
      if (integer) {
        append(out, 't', std::to_string(row.int64(index)));
      } else {
        append(out, 't', spelledReal(row.real(index)));
      }
      return true;
    case PgType::timestamptz:
      if (!integer || column.conversion == Conversion::exact ||
          column.conversion == Conversion::utcText)
        return false;
      append(out, 'z', formats::formatTimestamp(epochOf(column.conversion, row.int64(index))));
      return true;
    default:
      return false;
  }
}

}  // namespace

bool appendSourceValue(std::string& out, const ColumnPlan& column, const sqlite::Statement& row,
                       int index) {
  const std::size_t before = out.size();
  bool fits = false;
  try {
    switch (row.type(index)) {
      case StorageClass::null:
        append(out, '0', {});
        return true;
      case StorageClass::integer:
      case StorageClass::real:
        fits = appendSourceNumber(out, column, row, index);
        break;
      case StorageClass::text:
        fits = appendSourceText(out, column, row.text(index));
        break;
      case StorageClass::blob:
        append(out, column.type == PgType::bytea ? 'x' : 't', row.blob(index));
        fits = column.type == PgType::bytea ||
               (takesBlobs(column) && fitsText(column, row.blob(index)));
        break;
    }
  } catch (const Error&) {
    fits = false;  // A text that is no date of the kind.
  }
  if (fits) return true;
  out.resize(before);
  append(out, '0', {});
  return false;
}

}  // namespace repot::migrate
