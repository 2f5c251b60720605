// A hand-written matcher: a regular expression would take 2020-02-30 and cost much more per value.
#include "iso_time.hpp"

#include <array>
#include <chrono>

namespace repot::migrate {
namespace {

/// Reads fixed-width fields from the left; the first that does not fit ends the matching.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}
  bool atEnd() const { return rest_.empty(); }
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  bool take(char wanted) {
    if (peek() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::optional<int> number(std::size_t digits, int low, int high) {
    if (rest_.size() < digits) return std::nullopt;
    int value = 0;
    for (const char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    if (value < low || value > high) return std::nullopt;
    rest_.remove_prefix(digits);
    return value;
  }
  std::string_view digits() {
    std::size_t count = 0;
    while (count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9')
      ++count;
    const std::string_view found = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return found;
  }

 private:
  std::string_view rest_;
};

constexpr std::int64_t microsPerSecond = 1'000'000;
constexpr std::int64_t microsPerMinute = 60 * microsPerSecond;
constexpr std::int64_t microsPerDay = 24 * 60 * microsPerMinute;

std::optional<std::int64_t> microsOfDay(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * microsPerDay;
}

std::optional<std::int64_t> readDate(Cursor& cursor) {
  const auto year = cursor.number(4, 1, 9999);
  if (!year || !cursor.take('-')) return std::nullopt;
  const auto month = cursor.number(2, 1, 12);
  if (!month || !cursor.take('-')) return std::nullopt;
  const auto day = cursor.number(2, 1, 31);
  if (!day) return std::nullopt;
  return microsOfDay(*year, *month, *day);
}

bool readFraction(Cursor& cursor, IsoTime& time) {
  const std::string_view digits = cursor.digits();
  if (digits.empty()) return false;
  std::int64_t unit = microsPerSecond / 10;
  for (const char c : digits) {
    if (unit == 0 && c != '0') time.finerThanMicros = true;
    time.micros += (c - '0') * unit;
    unit /= 10;
  }
  return true;
}

bool readTime(Cursor& cursor, IsoTime& time) {
  const auto hour = cursor.number(2, 0, 23);
  if (!hour || !cursor.take(':')) return false;
  const auto minute = cursor.number(2, 0, 59);
  if (!minute) return false;
  time.micros += (*hour * 60 + *minute) * microsPerMinute;
  if (!cursor.take(':')) return true;
  const auto second = cursor.number(2, 0, 59);
  if (!second) return false;
  time.micros += *second * microsPerSecond;
  return !cursor.take('.') || readFraction(cursor, time);
}

bool readOffset(Cursor& cursor, IsoTime& time) {
  cursor.take(' ');
  time.kind = IsoTime::Kind::offsetDateTime;
  if (cursor.take('Z')) return true;
  const bool east = cursor.peek() == '+';
  if (!cursor.take('+') && !cursor.take('-')) return false;
  constexpr int maxHours = 15;  // PostgreSQL's limit.
  const auto hours = cursor.number(2, 0, maxHours);
  if (!hours) return false;
  std::optional<int> minutes = 0;
  if (cursor.take(':')) minutes = cursor.number(2, 0, 59);
  if (!minutes) return false;
  const std::int64_t offset = (*hours * 60 + *minutes) * microsPerMinute;
  time.micros += east ? -offset : offset;
  return true;
}

/// What two digits say; above 99 where they are none.
int pairAt(const char* text) {
  const int high = text[0] - '0', low = text[1] - '0';
  constexpr int none = 100;
  return high < 0 || high > 9 || low < 0 || low > 9 ? none : high * 10 + low;
}

/// "YYYY-MM-DD HH:MM:SS[.ffffff]", which most times of most databases are, in a fraction of the
/// time; nothing for any other text, which is then read as those that have other forms are.
std::optional<IsoTime> parsePlainTime(std::string_view text) {
  constexpr std::size_t secondsEnd = 19, longest = 26;
  if (text.size() < secondsEnd || text.size() > longest) return std::nullopt;
  const char* const at = text.data();
  const bool shaped = at[4] == '-' && at[7] == '-' && (at[10] == ' ' || at[10] == 'T') &&
                      at[13] == ':' && at[16] == ':';
  const int century = pairAt(at), year = pairAt(at + 2), month = pairAt(at + 5);
  const int day = pairAt(at + 8), hour = pairAt(at + 11), minute = pairAt(at + 14);
  const int second = pairAt(at + 17);
  if (!shaped || century > 99 || year > 99 || century + year == 0 || hour > 23 || minute > 59 ||
      second > 59)
    return std::nullopt;
  const auto date = microsOfDay(century * 100 + year, month, day);
  if (!date) return std::nullopt;
  std::int64_t fraction = 0, unit = microsPerSecond;
  if (text.size() > secondsEnd) {
    if (at[secondsEnd] != '.' || text.size() == secondsEnd + 1) return std::nullopt;
    for (const char c : text.substr(secondsEnd + 1)) {
      if (c < '0' || c > '9') return std::nullopt;
      unit /= 10;
      fraction += (c - '0') * unit;
    }
  }
  IsoTime time;
  time.kind = IsoTime::Kind::dateTime;
  time.micros =
      *date + (hour * 60 + minute) * microsPerMinute + second * microsPerSecond + fraction;
  return time;
}

}  // namespace

std::optional<IsoTime> parseIsoTime(std::string_view text) {
  if (const auto plain = parsePlainTime(text)) return plain;
  constexpr std::size_t shortest = 5;  // HH:MM
  constexpr std::size_t longest = 64;  // No spelling in use is longer; bounds the work per value.
  if (text.size() < shortest || text.size() > longest) return std::nullopt;
  IsoTime time;
  Cursor cursor(text);
  if (text[2] == ':') {
    time.kind = IsoTime::Kind::time;
    if (!readTime(cursor, time) || !cursor.atEnd()) return std::nullopt;
    return time;
  }
  const auto date = readDate(cursor);
  if (!date) return std::nullopt;
  time.micros = *date;
  if (cursor.atEnd()) return time;
  if (!cursor.take(' ') && !cursor.take('T')) return std::nullopt;
  time.kind = IsoTime::Kind::dateTime;
  if (!readTime(cursor, time)) return std::nullopt;
  if (!cursor.atEnd() && !readOffset(cursor, time)) return std::nullopt;
  if (!cursor.atEnd()) return std::nullopt;
  return time;
}

}  // namespace repot::migrate
