// Canonical values out of PostgreSQL's binary output; see canonical.hpp.
#include "engine/run/canonical.hpp"
#include "engine/run/canonical_part.hpp"

#include <repot/error.hpp>
#include <repot/hex.hpp>

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstring>
#include <limits>
#include <vector>

namespace repot::migrate {
namespace {

using canonical::append;
using canonical::appendFixed;

[[noreturn]] void malformed(const ColumnPlan& column) {
  throw Error(ErrorKind::internal, "column \"" + column.target +
                                       "\": the server sent a value that is no " + typeSql(column) +
                                       " in binary form");
}

template <typename Signed>
Signed read(std::string_view bytes, const ColumnPlan& column) {
  if (bytes.size() != sizeof(Signed)) malformed(column);
  std::make_unsigned_t<Signed> value = 0;
  // Of a length that is known here: compilers make one load of it.
  for (std::size_t i = 0; i < sizeof(Signed); ++i) {
    value = static_cast<std::make_unsigned_t<Signed>>(value << 8 |
                                                      static_cast<unsigned char>(bytes[i]));
  }
  return static_cast<Signed>(value);
}

constexpr std::chrono::sys_days epoch2000 = std::chrono::year(2000) / 1 / 1;

/// Since 1970, which the source counts from too; infinity, and what is beyond the count, as a text
/// of another length, which equals none of the source's values.
void appendTimestamp(ByteBuffer& out, char tag, std::int64_t sinceEpoch2000) {
  constexpr std::int64_t origin = std::chrono::microseconds(epoch2000.time_since_epoch()).count();
  std::int64_t micros = 0;
  if (sinceEpoch2000 == std::numeric_limits<std::int64_t>::max())
    return append(out, tag, "+infinity");
  if (sinceEpoch2000 == std::numeric_limits<std::int64_t>::min())
    return append(out, tag, "-infinity");
  if (__builtin_add_overflow(origin, sinceEpoch2000, &micros))
    return append(out, tag, "out of range: " + std::to_string(sinceEpoch2000));
  appendFixed(out, tag, micros);
}

void appendDate(ByteBuffer& out, std::int32_t sinceEpoch2000) {
  appendFixed(out, 'd', std::int64_t{epoch2000.time_since_epoch().count()} + sinceEpoch2000);
}

/// Base-10000 digits, the weight of the first, sign and display scale → plain decimal text.
std::string numericText(std::string_view bytes, const ColumnPlan& column) {
  if (bytes.size() < 8) malformed(column);
  const auto count = static_cast<std::size_t>(read<std::int16_t>(bytes.substr(0, 2), column));
  const int weight = read<std::int16_t>(bytes.substr(2, 2), column);
  const auto sign = static_cast<std::uint16_t>(read<std::int16_t>(bytes.substr(4, 2), column));
  if (sign == 0xD000) return "Infinity";
  if (sign == 0xF000) return "-Infinity";
  if (sign == 0xC000) return "NaN";
  if (bytes.size() != 8 + count * 2) malformed(column);
  if (count == 0) return "0";
  const auto group = [&](int index) -> int {
    if (index < 0 || static_cast<std::size_t>(index) >= count) return 0;
    return read<std::int16_t>(bytes.substr(8 + static_cast<std::size_t>(index) * 2, 2), column);
  };
  std::string text;
  const auto appendGroup = [&](int value) {
    std::array<char, 5> digits{};
    std::snprintf(digits.data(), digits.size(), "%04d", std::clamp(value, 0, 9999));
    text += digits.data();
  };
  for (int i = 0; i <= weight; ++i)
    appendGroup(group(i));
  text.erase(0, std::min(text.find_first_not_of('0'), text.size()));
  if (text.empty()) text = "0";
  text += '.';
  for (int i = weight + 1; i < static_cast<int>(count); ++i) {
    // Below -1 there are groups of zeros between the point and the first digits.
    if (i < 0) {
      text += "0000";
    } else {
      appendGroup(group(i));
    }
  }
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return sign == 0x4000 ? '-' + text : text;
}

/// Microseconds, days and months, a day taken as 24 hours.
std::string intervalOf(std::string_view bytes, const ColumnPlan& column) {
  if (bytes.size() != 16) malformed(column);
  constexpr std::int64_t microsPerDay = 86'400'000'000;
  std::int64_t micros = 0;
  const auto days = std::int64_t{read<std::int32_t>(bytes.substr(8, 4), column)};
  const auto months = std::int64_t{read<std::int32_t>(bytes.substr(12, 4), column)};
  const auto rest = read<std::int64_t>(bytes.substr(0, 8), column);
  if (__builtin_mul_overflow(days, microsPerDay, &micros) ||
      __builtin_add_overflow(micros, rest, &micros)) {
    return "out of range";
  }
  return canonical::intervalText(months, micros);
}

/// Family, bits of the prefix, whether cidr, length and bytes of the address.
std::string inetOf(std::string_view bytes, const ColumnPlan& column) {
  constexpr std::size_t headBytes = 4;
  const bool four = bytes.size() == headBytes + 4;
  if (!four && bytes.size() != headBytes + 16) malformed(column);
  const int prefix = static_cast<unsigned char>(bytes[1]);
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(four ? AF_INET : AF_INET6, bytes.data() + headBytes, text.data(), text.size());
  const bool whole = prefix == (four ? 32 : 128);
  return whole ? text.data() : std::string(text.data()) + '/' + std::to_string(prefix);
}

}  // namespace

void appendTargetValue(ByteBuffer& out, const ColumnPlan& column,
                       const postgresql::CopyReader::Field& field) {
  if (field.null) return append(out, '0', {});
  const std::string_view bytes = field.bytes;
  switch (column.type) {
    case PgType::bigint:
      return appendFixed(out, 'i', read<std::int64_t>(bytes, column));
    case PgType::integer:
      return appendFixed(out, 'i', std::int64_t{read<std::int32_t>(bytes, column)});
    case PgType::smallint:
      return appendFixed(out, 'i', std::int64_t{read<std::int16_t>(bytes, column)});
    case PgType::real:
      return appendFixed(
          out, 'r', static_cast<double>(std::bit_cast<float>(read<std::int32_t>(bytes, column))));
    case PgType::doublePrecision:
      return appendFixed(out, 'r', std::bit_cast<double>(read<std::int64_t>(bytes, column)));
    case PgType::numeric:
      return append(out, 'm', numericText(bytes, column));
    case PgType::boolean:
      return append(out, 'b', read<std::int8_t>(bytes, column) != 0 ? "1" : "0");
    case PgType::text:
    case PgType::varchar:
    case PgType::enumeration:
    case PgType::other:
      return append(out, 't', bytes);
    case PgType::bpchar:
      return append(out, 't', bytes.substr(0, bytes.find_last_not_of(' ') + 1));
    case PgType::interval:
      return append(out, 'v', intervalOf(bytes, column));
    case PgType::inet:
      return append(out, 'n', inetOf(bytes, column));
    case PgType::bytea:
      return append(out, 'x', bytes);
    case PgType::date:
      return appendDate(out, read<std::int32_t>(bytes, column));
    case PgType::time:
      return appendFixed(out, 'h', read<std::int64_t>(bytes, column));
    case PgType::timestamp:
      return appendTimestamp(out, 's', read<std::int64_t>(bytes, column));
    case PgType::timestamptz:
      return appendTimestamp(out, 'z', read<std::int64_t>(bytes, column));
    case PgType::uuid:
      return append(out, 'u', formats::toHex(bytes));
    case PgType::json:
      return append(out, 'j', bytes);
    case PgType::jsonb: {
      const std::string_view json = bytes.substr(std::min<std::size_t>(1, bytes.size()));
      if (column.conversion == Conversion::anyToJson) {
        const canonical::ClassedValue value = canonical::classedValue(json);
        return append(out, value.tag, value.content);
      }
      return append(out, 'k', canonical::sortedJson(json).value_or("beyond JSON"));
    }
  }
}

}  // namespace repot::migrate
