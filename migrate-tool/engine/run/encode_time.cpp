// Times on the hot path of a migration; see encode_time.hpp.
#include "engine/run/encode_time.hpp"

#include "engine/epoch.hpp"
#include "engine/iso_time.hpp"
#include "engine/run/wire.hpp"

#include <charconv>
#include <optional>

namespace repot::migrate {
namespace {

using Kind = IsoTime::Kind;

constexpr std::int64_t microsecondsTo2000 = 946'684'800'000'000;
constexpr std::int64_t microsecondsPerDay = 86'400'000'000;

/// Rounds down to what the type keeps where that is allowed; absent where something would be lost.
std::optional<std::int64_t> kept(const ColumnPlan& column, std::int64_t micros, bool finer) {
  std::int64_t unit = 1;
  for (int digits = column.fractionDigits; digits < 6; ++digits)
    unit *= 10;
  const std::int64_t surplus = (micros % unit + unit) % unit;
  if ((surplus != 0 || finer) && !column.cutFractions) return std::nullopt;
  return micros - surplus;
}

bool encodeDate(const ColumnPlan& column, const IsoTime& time, ByteBuffer& out) {
  const bool midnight = column.existing && time.kind == Kind::dateTime &&
                        (!time.finerThanMicros || column.cutFractions) &&
                        time.micros % microsecondsPerDay == 0;
  if (time.kind != Kind::date && !midnight) return false;
  wire::appendInt32(
      out, static_cast<std::int32_t>((time.micros - microsecondsTo2000) / microsecondsPerDay));
  return true;
}

bool encodeTimeOfDay(const ColumnPlan& column, const IsoTime& time, ByteBuffer& out) {
  std::int64_t micros = time.micros;
  if (column.existing && time.kind == Kind::dateTime) {
    // Rails stores a time of day as one of the first day of 2000.
    micros -= microsecondsTo2000;
    if (micros < 0 || micros >= microsecondsPerDay) return false;
  } else if (time.kind != Kind::time) {
    return false;
  }
  const auto value = kept(column, micros, time.finerThanMicros);
  if (value) wire::appendInt64(out, *value);
  return value.has_value();
}

bool encodeTimestamp(const ColumnPlan& column, const IsoTime& time, ByteBuffer& out) {
  const bool zoned = time.kind == Kind::offsetDateTime;
  if (time.kind == Kind::time) return false;
  const bool utc =
      column.assumeUtc || (column.conversion == Conversion::utcText && time.kind == Kind::dateTime);
  if (zoned != (column.type == PgType::timestamptz) && !utc) return false;
  const auto value = kept(column, time.micros, time.finerThanMicros);
  if (!value || !inYears(*value)) return false;
  wire::appendInt64(out, *value - microsecondsTo2000);
  return true;
}

/// .NET's TimeSpan ([-][d.]hh:mm:ss[.f…]), or a datetime since 1970, as SQLAlchemy stores it.
bool encodeInterval(const ColumnPlan& column, std::string_view text, ByteBuffer& out) {
  const bool negative = text.starts_with('-');
  std::string_view clock = negative ? text.substr(1) : text;
  std::int64_t days = 0;
  if (const std::size_t point = clock.find('.'); point < clock.find(':')) {
    constexpr std::int64_t daysMax = 10'675'199;  // .NET's own limit.
    const auto read = std::from_chars(clock.data(), clock.data() + point, days);
    if (read.ec != std::errc() || read.ptr != clock.data() + point || days < 0 || days > daysMax)
      return false;
    clock.remove_prefix(point + 1);
  }
  const auto time = parseIsoTime(clock);
  if (!time) return false;
  const bool sinceEpoch = time->kind == Kind::dateTime && clock.size() == text.size();
  if (!sinceEpoch && time->kind != Kind::time) return false;
  const auto value = kept(column, time->micros, time->finerThanMicros);
  if (!value) return false;
  const std::int64_t micros = days * microsecondsPerDay + *value;
  wire::appendInterval(out, negative ? -micros : micros, column.existing);
  return true;
}

template <typename Number>
bool encodeEpoch(const ColumnPlan& column, Number value, ByteBuffer& out) {
  const Epoch* epoch = epochOf(column.conversion);
  if (epoch == nullptr) return false;
  const auto micros = microsOf(*epoch, value);
  if (!micros) return false;
  const auto whole = kept(column, *micros, false);
  if (!whole) return false;
  if (column.type == PgType::interval) {
    wire::appendInterval(out, *whole, column.existing);
    return true;
  }
  if (!inYears(*whole)) return false;
  wire::appendInt64(out, *whole - microsecondsTo2000);
  return true;
}

}  // namespace

bool encodeTime(const ColumnPlan& column, const sqlite::Statement& row, int index,
                ByteBuffer& out) {
  if (row.type(index) == sqlite::StorageClass::integer) {
    return encodeEpoch(column, row.int64(index), out);
  }
  if (row.type(index) == sqlite::StorageClass::real) {
    return encodeEpoch(column, row.real(index), out);
  }
  if (row.type(index) != sqlite::StorageClass::text) return false;
  if (column.type == PgType::interval) return encodeInterval(column, row.text(index), out);
  const auto time = parseIsoTime(row.text(index));
  if (!time) return false;
  switch (column.type) {
    case PgType::date:
      return encodeDate(column, *time, out);
    case PgType::time:
      return encodeTimeOfDay(column, *time, out);
    default:
      return encodeTimestamp(column, *time, out);
  }
}

}  // namespace repot::migrate
