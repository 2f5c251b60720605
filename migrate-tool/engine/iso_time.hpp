// The only spellings of dates and times that planning accepts as such. PostgreSQL's own input takes
// far more ('now', '1/2/2020', offsets that it drops), so its judgement is never asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace repot::migrate {

struct IsoTime {
  enum class Kind { date, time, dateTime, offsetDateTime };
  Kind kind = Kind::date;
  /// More than six significant digits behind the second: no PostgreSQL type holds them.
  bool finerThanMicros = false;
  /// Since 1970-01-01 (UTC where there is an offset), or since midnight for `time`.
  std::int64_t micros = 0;
};

/// `YYYY-MM-DD`, `HH:MM[:SS[.f]]`, or both joined by a blank or `T` and optionally followed by
/// `[ ]Z` or `[ ]±HH[:MM]`. Real calendar dates of the years 0001–9999 and times of day below
/// 24:00:00.
std::optional<IsoTime> parseIsoTime(std::string_view text);

}  // namespace repot::migrate
