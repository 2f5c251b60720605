// Any value as text and back, for cursors; the forms are those of formats.hpp and scalar_text.hpp.
#include "repot/error.hpp"
#include "repot/formats.hpp"
#include "repot/scalar_text.hpp"

#include <algorithm>

namespace repot::formats {
namespace {

template <typename Number>
std::string numberText(Number number) {
  std::string text;
  appendNumber(text, number);
  return text;
}

std::string hexText(const Bytes& bytes) {
  std::string text;
  appendHex(text, bytes);
  return text;
}

}  // namespace

Bytes parseHex(std::string_view text) {
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    unsigned byte = 0;
    const char* const end = text.data() + std::min(i + 2, text.size());
    const auto read = std::from_chars(text.data() + i, end, byte, 16);
    if (i + 1 >= text.size() || read.ptr != end)
      throw Error(ErrorKind::data, "a text that should be bytes in hexadecimal is none");
    bytes.push_back(static_cast<std::byte>(byte));
  }
  return bytes;
}

std::string toText(const Value& value) {
  return std::visit(
      Overloaded{
          [](std::monostate) -> std::string {
            throw Error(ErrorKind::internal, "NULL has no text");
          },
          [](std::int64_t number) { return numberText(number); },
          [](double number) { return numberText(number); },
          [](bool flag) { return std::string(flag ? "1" : "0"); },
          [](const std::string& text) { return text; },
          [](const Bytes& bytes) { return hexText(bytes); },
          [](Date date) { return formatDate(date); },
          [](TimeOfDay time) { return formatTime(time); },
          [](Timestamp timestamp) { return formatTimestamp(timestamp); },
          [](Instant instant) { return formatTimestamp(Timestamp(instant.time_since_epoch())); },
          [](Interval interval) { return numberText<std::int64_t>(interval.count()); },
          [](const Uuid& uuid) { return formatUuid(uuid); },
          [](const Json& json) { return json.text; },
          [](const Decimal& decimal) { return decimal.text; }},
      value);
}

Value fromText(ColumnType type, const std::string& text) {
  switch (type) {
    case ColumnType::integer:
      return parseNumber<std::int64_t>(text);
    case ColumnType::real:
      return parseNumber<double>(text);
    case ColumnType::boolean:
      if (text != "0" && text != "1") throw Error(ErrorKind::data, "a boolean is 0 or 1");
      return text == "1";
    case ColumnType::text:
      return text;
    case ColumnType::bytes:
      return parseHex(text);
    case ColumnType::date:
      return parseDate(text);
    case ColumnType::time:
      return parseTime(text);
    case ColumnType::timestamp:
      return parseTimestamp(text);
    case ColumnType::instant:
      return parseInstant(text);
    case ColumnType::interval:
      return Interval(parseNumber<std::int64_t>(text));
    case ColumnType::uuid:
      return parseUuid(text);
    case ColumnType::json:
      return Json{text};
    case ColumnType::decimal:
      checkDecimal(text);
      return Decimal{text};
  }
  throw Error(ErrorKind::internal, "an unknown column type");
}

}  // namespace repot::formats
