// Values in PostgreSQL's text format; see text_values.hpp.
#include "postgresql/text_values.hpp"

#include <repot/error.hpp>
#include <repot/formats.hpp>
#include <repot/scalar_text.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace repot::postgresql {
namespace {

// Fixed type numbers of pg_type.dat.
enum TypeOid : Oid {
  boolOid = 16,
  byteaOid = 17,
  int8Oid = 20,
  int2Oid = 21,
  int4Oid = 23,
  textOid = 25,
  jsonOid = 114,
  float4Oid = 700,
  float8Oid = 701,
  bpcharOid = 1042,
  varcharOid = 1043,
  dateOid = 1082,
  timeOid = 1083,
  timestampOid = 1114,
  timestamptzOid = 1184,
  intervalOid = 1186,
  numericOid = 1700,
  uuidOid = 2950,
  jsonbOid = 3802,
};

using formats::appendNumber;
using formats::parseNumber;

double parseDouble(std::string_view text) {
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  return parseNumber<double>(text);
}

Bytes parseBytea(std::string_view text) {
  if (!text.starts_with("\\x")) {
    throw Error(ErrorKind::data, "the server sent bytes in an unknown form");
  }
  return formats::parseHex(text.substr(2));
}

/// [-]H…:MM:SS[.f], which PostgreSQL prints for an interval without days and months.
Interval parseInterval(std::string_view text) {
  const std::string_view whole = text;
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.find(' ') != std::string_view::npos) {
    throw Error(ErrorKind::data, "the interval '" + std::string(whole) +
                                     "' has days or months, which no duration equals");
  }
  const auto hours = parseNumber<std::int64_t>(text.substr(0, colon));
  const std::string clock = "00" + std::string(text.substr(colon));
  const Interval value = std::chrono::hours(hours) + formats::parseTime(clock).sinceMidnight;
  return negative ? -value : value;
}

/// In the same form: of microseconds by that name PostgreSQL 14 takes no more than 2^31.
void appendInterval(std::string& out, Interval interval) {
  constexpr std::uint64_t microsPerHour = 3'600'000'000;
  const auto count = static_cast<std::int64_t>(interval.count());
  // Without a sign, as the smallest has no positive counterpart.
  const std::uint64_t micros =
      count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
  if (count < 0) out += '-';
  appendNumber(out, static_cast<std::int64_t>(micros / microsPerHour));
  const std::chrono::microseconds rest(static_cast<std::int64_t>(micros % microsPerHour));
  out += formats::formatTime({rest}).substr(2);
}

/// Whether a type of the library's other than text is the one to read it by.
bool hasOwnType(Oid oid) {
  static constexpr Oid own[] = {
      boolOid, byteaOid, int8Oid, int2Oid,  int4Oid,      jsonOid,        float4Oid,   float8Oid,
      dateOid, timeOid,  uuidOid, jsonbOid, timestampOid, timestamptzOid, intervalOid, numericOid};
  return std::find(std::begin(own), std::end(own), oid) != std::end(own);
}

bool fits(Oid oid, ColumnType type) {
  const bool isText = oid == textOid || oid == varcharOid || oid == bpcharOid;
  switch (type) {
    case ColumnType::integer:
      return oid == int8Oid || oid == int4Oid || oid == int2Oid;
    case ColumnType::real:
      return oid == float8Oid || oid == float4Oid;
    case ColumnType::boolean:
      return oid == boolOid;
    case ColumnType::bytes:
      return oid == byteaOid;
    case ColumnType::date:
      return oid == dateOid;
    case ColumnType::time:
      return oid == timeOid;
    case ColumnType::timestamp:
      return oid == timestampOid;
    case ColumnType::instant:
      return oid == timestamptzOid;
    case ColumnType::interval:
      return oid == intervalOid;
    case ColumnType::uuid:
      return oid == uuidOid || isText;
    case ColumnType::json:
      return oid == jsonOid || oid == jsonbOid || isText;
    case ColumnType::decimal:
      return oid == numericOid || oid == int8Oid || oid == int4Oid;
    case ColumnType::text:
      // What the library has no type for (enumerations, arrays, addresses, …) is a text to a
      // client.
      return !hasOwnType(oid);
  }
  return false;
}

}  // namespace

void appendText(std::string& out, const Value& value) {
  std::visit(
      Overloaded{[](std::monostate) {}, [&](std::int64_t number) { appendNumber(out, number); },
                 [&](double number) {
                   if (std::isnan(number)) {
                     out += "NaN";
                   } else if (std::isinf(number)) {
                     out += number > 0 ? "Infinity" : "-Infinity";
                   } else {
                     appendNumber(out, number);
                   }
                 },
                 [&](bool flag) { out += flag ? 't' : 'f'; },
                 [&](const std::string& text) {
                   formats::checkText(text);
                   out += text;
                 },
                 [&](const Bytes& bytes) {
                   out += "\\x";
                   formats::appendHex(out, bytes);
                 },
                 [&](Date date) { out += formats::formatDate(date); },
                 [&](TimeOfDay time) { out += formats::formatTime(time); },
                 [&](Timestamp timestamp) { out += formats::formatTimestamp(timestamp); },
                 [&](Instant instant) {
                   out += formats::formatTimestamp(Timestamp(instant.time_since_epoch())) + "+00";
                 },
                 [&](Interval interval) { appendInterval(out, interval); },
                 [&](const Uuid& uuid) { out += formats::formatUuid(uuid); },
                 [&](const Json& json) {
                   formats::checkText(json.text);
                   out += json.text;
                 },
                 [&](const Decimal& decimal) {
                   formats::checkDecimal(decimal.text);
                   out += decimal.text;
                 }},
      value);
}

Value parseText(std::string_view text, Oid oid, ColumnType type) {
  if (!fits(oid, type)) {
    throw Error(ErrorKind::data, "a column of PostgreSQL type number " + std::to_string(oid) +
                                     " is read where the mapping has " +
                                     std::string(toString(type)));
  }
  switch (type) {
    case ColumnType::integer:
      return parseNumber<std::int64_t>(text);
    case ColumnType::real:
      return parseDouble(text);
    case ColumnType::boolean:
      return text == "t";
    case ColumnType::text:
      return std::string(text);
    case ColumnType::bytes:
      return parseBytea(text);
    case ColumnType::date:
      return formats::parseDate(text);
    case ColumnType::time:
      return formats::parseTime(text);
    case ColumnType::timestamp:
      return formats::parseTimestamp(text);
    case ColumnType::instant:
      return formats::parseInstant(text);
    case ColumnType::interval:
      return parseInterval(text);
    case ColumnType::uuid:
      return formats::parseUuid(text);
    case ColumnType::json:
      return Json{std::string(text)};
    case ColumnType::decimal:
      return Decimal{std::string(text)};
  }
  throw Error(ErrorKind::internal, "an unknown column type");
}

}  // namespace repot::postgresql
