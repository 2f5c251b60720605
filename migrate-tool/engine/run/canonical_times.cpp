// Canonical times out of the source's texts and integers; see canonical_part.hpp. Read by core's
// strict parsers, never by the encoder's.
#include "engine/run/canonical_part.hpp"
#include "engine/zone.hpp"

#include <repot/error.hpp>
#include <repot/formats.hpp>

#include <arpa/inet.h>

#include <charconv>
#include <chrono>
#include <map>

namespace repot::migrate::canonical {
namespace {

using std::chrono::microseconds;

constexpr std::int64_t microsPerSecond = 1'000'000;
constexpr std::int64_t microsPerDay = 86'400 * microsPerSecond;

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

bool appendDate(std::string& out, const ColumnPlan& column, std::string_view text) {
  Date day;
  if (column.existing && text.size() > 10) {
    const Timestamp timestamp = formats::parseTimestamp(strictTime(text, column));
    const auto midnight = std::chrono::floor<std::chrono::days>(timestamp);
    if (timestamp != midnight) return false;
    day = Date(midnight);
  } else {
    day = formats::parseDate(text);
  }
  append(out, 'd', formats::formatDate(day));
  return true;
}

bool appendTime(std::string& out, const ColumnPlan& column, std::string_view text) {
  std::string strict = strictTime(text, column);
  // Rails stores a time of day as one of the first day of 2000.
  constexpr std::string_view railsDay = "2000-01-01 ";
  if (column.existing && strict.starts_with(railsDay)) strict.erase(0, railsDay.size());
  append(out, 'h', formats::formatTime(formats::parseTime(strict)));
  return true;
}

bool appendTimestamp(std::string& out, const ColumnPlan& column, std::string_view text) {
  const std::string strict = strictTime(text, column);
  if (column.assumeUtc && hasZone(strict)) {
    const Instant instant = formats::parseInstant(strict);
    append(out, 's', formats::formatTimestamp(Timestamp(instant.time_since_epoch())));
  } else {
    append(out, 's', formats::formatTimestamp(formats::parseTimestamp(strict)));
  }
  return true;
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

bool appendInstant(std::string& out, const ColumnPlan& column, std::string_view text) {
  const std::string strict = strictTime(text, column);
  if (column.conversion == Conversion::assumeZone && !hasZone(strict)) {
    append(out, 'z', formats::formatTimestamp(instantIn(column.zone, strict)));
    return true;
  }
  if (column.existing && !column.assumeUtc && !hasZone(strict)) return false;
  const Instant instant = formats::parseInstant(strict);
  append(out, 'z', formats::formatTimestamp(Timestamp(instant.time_since_epoch())));
  return true;
}

/// .NET's TimeSpan, [-][d.]hh:mm:ss[.f…], and a datetime since 1970, as SQLAlchemy stores it.
bool appendInterval(std::string& out, const ColumnPlan& column, std::string_view text) {
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

}  // namespace

bool appendSourceTime(std::string& out, const ColumnPlan& column, std::string_view text) {
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

bool appendSourceEpoch(std::string& out, const ColumnPlan& column, std::int64_t value) {
  std::int64_t unit = 1;
  switch (column.conversion) {
    case Conversion::epochSeconds:
      unit = microsPerSecond;
      break;
    case Conversion::epochMillis:
      unit = 1'000;
      break;
    case Conversion::epochMicros:
      break;
    default:
      return false;
  }
  std::int64_t micros = 0;
  if (__builtin_mul_overflow(value, unit, &micros)) return false;
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
    append(out, column.type == PgType::timestamp ? 's' : 'z',
           formats::formatTimestamp(Timestamp(microseconds(micros))));
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
