// Canonical times out of the source's texts and integers; see canonical_part.hpp. Read by core's
// strict parsers, never by the encoder's.
#include "engine/run/canonical_part.hpp"
#include "engine/zone.hpp"

#include <repot/error.hpp>
#include <repot/formats.hpp>
#include <repot/sqlite/bulk.hpp>

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <map>

namespace repot::migrate::canonical {
namespace {

using std::chrono::microseconds;

constexpr std::int64_t microsPerSecond = 1'000'000;
constexpr std::int64_t microsPerDay = 86'400 * microsPerSecond;

std::int64_t microsOf(microseconds time) {
  return time / microseconds(1);
}

/// Where it is of the years that texts can spell.
bool appendMoment(ByteBuffer& out, char tag, std::int64_t micros) {
  using namespace std::chrono;
  constexpr sys_time<microseconds> first = sys_days(year(1) / 1 / 1);
  constexpr sys_time<microseconds> end = sys_days(year(9999) / 12 / 31) + days(1);
  if (micros < microsOf(first.time_since_epoch()) || micros >= microsOf(end.time_since_epoch()))
    return false;
  appendFixed(out, tag, micros);
  return true;
}

/// Where the fraction's digits are: [first, last).
struct Fraction {
  std::size_t first = 0, last = 0;
};
Fraction fractionOf(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return {};
  std::size_t last = point + 1;
  while (last < text.size() && text[last] >= '0' && text[last] <= '9')
    ++last;
  return {point + 1, last};
}

/// Text forms that are accepted, in the one form that core's strict parsers take.
std::string strictTime(std::string_view text, const ColumnPlan& column) {
  std::string strict(text);
  const auto digits = static_cast<std::size_t>(column.fractionDigits);
  if (const Fraction fraction = fractionOf(text); fraction.last > fraction.first) {
    std::size_t kept = fraction.last;
    while (kept > fraction.first + digits && (strict[kept - 1] == '0' || column.cutFractions))
      --kept;
    // "12:00:00." is no time; a fraction that is cut away as a whole takes its point along.
    const std::size_t from = kept == fraction.first ? kept - 1 : kept;
    // Digits that are left beyond what the type keeps make the text one that nothing takes.
    if (kept > fraction.first + digits) return {};
    strict.erase(from, fraction.last - from);
  }
  std::erase_if(strict, [&, i = std::size_t{0}](char c) mutable { return i++ > 10 && c == ' '; });
  for (char& c : strict) {
    if (c == 't') c = 'T';
    if (c == 'z') c = 'Z';
  }
  return strict;
}

bool hasZone(std::string_view text) {
  return text.size() > 10 && text.find_first_of("Zz+-", 10) != std::string_view::npos;
}

bool appendDate(ByteBuffer& out, const ColumnPlan& column, std::string_view text) {
  Date day;
  if (column.existing && text.size() > 10) {
    const Timestamp timestamp = formats::parseTimestamp(strictTime(text, column));
    const auto midnight = std::chrono::floor<std::chrono::days>(timestamp);
    if (timestamp != midnight) return false;
    day = Date(midnight);
  } else {
    day = formats::parseDate(text);
  }
  appendFixed(out, 'd', std::int64_t{std::chrono::local_days(day).time_since_epoch().count()});
  return true;
}

bool appendTime(ByteBuffer& out, const ColumnPlan& column, std::string_view text) {
  std::string strict = strictTime(text, column);
  // Rails stores a time of day as one of the first day of 2000.
  constexpr std::string_view railsDay = "2000-01-01 ";
  if (column.existing && strict.starts_with(railsDay)) strict.erase(0, railsDay.size());
  appendFixed(out, 'h', microsOf(formats::parseTime(strict).sinceMidnight));
  return true;
}

/// Most texts are of the strict form already.
bool appendPlain(ByteBuffer& out, const ColumnPlan& column, char tag, std::string_view text) {
  if (column.fractionDigits != 6) return false;
  const auto timestamp = formats::readTimestamp(text);
  if (timestamp) appendFixed(out, tag, microsOf(timestamp->time_since_epoch()));
  return timestamp.has_value();
}

bool appendTimestamp(ByteBuffer& out, const ColumnPlan& column, std::string_view text) {
  if (appendPlain(out, column, 's', text)) return true;
  const std::string strict = strictTime(text, column);
  const auto sinceEpoch = column.assumeUtc && hasZone(strict)
                              ? formats::parseInstant(strict).time_since_epoch()
                              : formats::parseTimestamp(strict).time_since_epoch();
  return appendMoment(out, 's', microsOf(sinceEpoch));
}

/// The instant that clocks of the zone show as `text`. Throws Error(data) where there is not one.
Timestamp instantIn(const std::string& zoneName, std::string_view text) {
  thread_local std::map<std::string, Zone> zones;
  const Zone& zone = zones.try_emplace(zoneName, zoneName).first->second;
  const auto micros =
      zone.toUtc(formats::parseTimestamp(text).time_since_epoch() / microseconds(1));
  if (!micros) throw Error(ErrorKind::data, "no one instant in the zone");
  return Timestamp(microseconds(*micros));
}

bool appendInstant(ByteBuffer& out, const ColumnPlan& column, std::string_view text) {
  const bool utc =
      column.conversion != Conversion::assumeZone && (!column.existing || column.assumeUtc);
  if (utc && appendPlain(out, column, 'z', text)) return true;
  const std::string strict = strictTime(text, column);
  if (column.conversion == Conversion::assumeZone && !hasZone(strict)) {
    return appendMoment(out, 'z', microsOf(instantIn(column.zone, strict).time_since_epoch()));
  }
  if (column.existing && !column.assumeUtc && !hasZone(strict)) return false;
  return appendMoment(out, 'z', microsOf(formats::parseInstant(strict).time_since_epoch()));
}

/// .NET's TimeSpan, [-][d.]hh:mm:ss[.f…], and a datetime since 1970, as SQLAlchemy stores it.
bool appendInterval(ByteBuffer& out, const ColumnPlan& column, std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  if (text.size() >= 10 && text[4] == '-') {
    const Timestamp timestamp = formats::parseTimestamp(strictTime(text, column));
    append(out, 'v', intervalText(0, timestamp.time_since_epoch() / microseconds(1)));
    return true;
  }
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  std::int64_t days = 0;
  constexpr std::int64_t daysMax = 10'675'199;  // .NET's own limit.
  if (const std::size_t point = text.find('.'); point < text.find(':')) {
    const auto end = std::from_chars(text.data(), text.data() + point, days);
    if (end.ec != std::errc() || end.ptr != text.data() + point || days < 0 || days > daysMax)
      return false;
    text.remove_prefix(point + 1);
  }
  const TimeOfDay time = formats::parseTime(strictTime(text, column));
  const std::int64_t micros = days * microsPerDay + time.sinceMidnight / microseconds(1);
  append(out, 'v', intervalText(0, negative ? -micros : micros));
  return true;
}

/// So many parts of a second since a day.
struct Unit {
  std::int64_t micros;  ///< Of `count` units.
  std::int64_t count;
  std::chrono::sys_time<microseconds> origin;
};

std::optional<Unit> unitOf(Conversion conversion) {
  using namespace std::chrono;
  constexpr sys_days unix{year(1970) / 1 / 1}, win{year(1601) / 1 / 1};
  constexpr std::int64_t day = 86'400 * microsPerSecond;
  switch (conversion) {
    case Conversion::epochSeconds:
      return Unit{microsPerSecond, 1, unix};
    case Conversion::epochMillis:
      return Unit{1'000, 1, unix};
    case Conversion::epochMicros:
      return Unit{1, 1, unix};
    case Conversion::epochJulian:
      return Unit{day, 1, sys_days{year(-4713) / 11 / 24} + 12h};
    case Conversion::epochCocoa:
      return Unit{microsPerSecond, 1, sys_days{year(2001) / 1 / 1}};
    case Conversion::epochWebkit:
      return Unit{1, 1, win};
    case Conversion::epochFiletime:
      return Unit{1, 10, win};
    case Conversion::epochExcel:
      return Unit{day, 1, sys_days{year(1899) / 12 / 30}};
    default:
      return std::nullopt;
  }
}

__extension__ typedef __int128 Wide;

std::optional<std::int64_t> sinceUnix(const Unit& unit, Wide micros) {
  const Wide sum = micros + unit.origin.time_since_epoch() / microseconds(1);
  if (sum != static_cast<std::int64_t>(sum)) return std::nullopt;
  return static_cast<std::int64_t>(sum);
}

std::optional<std::int64_t> wholeMicros(const Unit& unit, std::int64_t value) {
  const Wide scaled = static_cast<Wide>(value) * unit.micros;
  if (scaled % unit.count != 0) return std::nullopt;
  return sinceUnix(unit, scaled / unit.count);
}

/// The nearest to a real, by integers alone: a double is 53 bits and a power of two.
std::optional<std::int64_t> nearestMicros(const Unit& unit, double value) {
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);
  if (!std::isfinite(value) || exponent > 62) return std::nullopt;
  constexpr int mantissa = 53, least = -120;
  Wide scaled = static_cast<Wide>(std::ldexp(fraction, mantissa)) * unit.micros;
  exponent -= mantissa;
  if (exponent > 0) scaled *= static_cast<Wide>(1) << exponent;
  const Wide below = exponent < 0 ? static_cast<Wide>(1) << -std::max(exponent, least) : 1;
  const Wide divisor = below * unit.count;
  const Wide half = scaled < 0 ? -divisor / 2 : divisor / 2;
  const Wide nearest = exponent < least ? 0 : (scaled + half) / divisor;
  const double back =
      static_cast<double>(static_cast<long double>(nearest) * static_cast<long double>(unit.count) /
                          static_cast<long double>(unit.micros));
  if (back != value) return std::nullopt;
  return sinceUnix(unit, nearest);
}

}  // namespace

bool appendSourceTime(ByteBuffer& out, const ColumnPlan& column, std::string_view text) {
  switch (column.type) {
    case PgType::date:
      return appendDate(out, column, text);
    case PgType::time:
      return appendTime(out, column, text);
    case PgType::timestamp:
      return appendTimestamp(out, column, text);
    case PgType::timestamptz:
      return appendInstant(out, column, text);
    case PgType::interval:
      return appendInterval(out, column, text);
    default:
      return false;
  }
}

bool appendSourceEpoch(ByteBuffer& out, const ColumnPlan& column, const sqlite::Statement& row,
                       int index) {
  const auto unit = unitOf(column.conversion);
  if (!unit) return false;
  const bool integer = row.type(index) == sqlite::StorageClass::integer;
  const auto found =
      integer ? wholeMicros(*unit, row.int64(index)) : nearestMicros(*unit, row.real(index));
  if (!found) return false;
  std::int64_t micros = *found;
  std::int64_t kept = 1;
  for (int digits = column.fractionDigits; digits < 6; ++digits)
    kept *= 10;
  if (const std::int64_t surplus = (micros % kept + kept) % kept; surplus != 0) {
    if (!column.cutFractions) return false;
    micros -= surplus;
  }
  if (column.type == PgType::interval) {
    append(out, 'v', intervalText(0, micros));
  } else {
    return appendMoment(out, column.type == PgType::timestamp ? 's' : 'z', micros);
  }
  return true;
}

std::string intervalText(std::int64_t months, std::int64_t micros) {
  return std::to_string(months) + ' ' + std::to_string(micros);
}

std::optional<std::string> inetText(std::string_view text, bool network) {
  const std::size_t slash = text.find('/');
  const std::string host(text.substr(0, slash));
  const int family = host.find(':') == std::string::npos ? AF_INET : AF_INET6;
  const int bits = family == AF_INET ? 32 : 128;
  std::array<unsigned char, 16> address{};
  if (::inet_pton(family, host.c_str(), address.data()) != 1) return std::nullopt;
  int prefix = bits;
  if (slash != std::string_view::npos) {
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + slash + 1, end, prefix);
    if (read.ec != std::errc() || read.ptr != end || prefix < 0 || prefix > bits)
      return std::nullopt;
  }
  for (int bit = prefix; network && bit < bits; ++bit) {
    const unsigned char byte = address[static_cast<std::size_t>(bit / 8)];
    if ((byte & (0x80 >> bit % 8)) != 0) return std::nullopt;
  }
  std::array<char, INET6_ADDRSTRLEN> spelled{};
  ::inet_ntop(family, address.data(), spelled.data(), spelled.size());
  std::string canonical = spelled.data();
  return prefix == bits ? canonical : canonical + '/' + std::to_string(prefix);
}

}  // namespace repot::migrate::canonical
