// Text forms of values; see formats.hpp.
#include "repot/formats.hpp"

#include "repot/error.hpp"
#include "repot/hex.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace repot::formats {
namespace {

using std::chrono::microseconds;

[[noreturn]] void misfit(std::string_view text, std::string_view wanted) {
  // The value itself stays out of the message: it may be private.
  throw Error(ErrorKind::data,
              "a text of " + std::to_string(text.size()) + " bytes is not " + std::string(wanted));
}

/// Reads exactly `digits` digits at `position`, or returns -1.
int readNumber(std::string_view text, std::size_t position, std::size_t digits) {
  if (position + digits > text.size()) return -1;
  int number = 0;
  for (std::size_t i = position; i < position + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

/// With zeros in front; it has no more digits than that.
template <std::size_t width>
void appendNumber(std::string& out, unsigned number) {
  std::array<char, width> digits;
  for (std::size_t i = width; i-- > 0; number /= 10)
    digits[i] = static_cast<char>('0' + number % 10);
  out.append(digits.data(), width);
}

/// Reads HH:MM[:SS[.f{1,6}]] at the start of `text` and cuts it off; false where it is none.
bool takeTime(std::string_view& text, microseconds& time) {
  const int hour = readNumber(text, 0, 2);
  const int minute = readNumber(text, 3, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || text[2] != ':') return false;
  std::size_t end = 5;
  int second = 0;
  long long fraction = 0;
  if (end < text.size() && text[end] == ':') {
    second = readNumber(text, 6, 2);
    if (second < 0 || second > 59) return false;
    end = 8;
    if (end < text.size() && text[end] == '.') {
      std::size_t digits = 0;
      for (++end; end < text.size() && text[end] >= '0' && text[end] <= '9'; ++end, ++digits) {
        fraction = fraction * 10 + (text[end] - '0');
        if (digits >= 6) return false;
      }
      if (digits == 0) return false;
      for (; digits < 6; ++digits)
        fraction *= 10;
    }
  }
  time = std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second) +
         microseconds(fraction);
  text.remove_prefix(end);
  return true;
}

bool readDate(std::string_view text, Date& date) {
  const int year = readNumber(text, 0, 4);
  const int month = readNumber(text, 5, 2);
  const int day = readNumber(text, 8, 2);
  if (year < 1 || month < 1 || day < 1 || text[4] != '-' || text[7] != '-') return false;
  date = Date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
              std::chrono::day(static_cast<unsigned>(day)));
  return date.ok();
}

/// Reads "date[ T]time" and leaves what follows in `text`; false where it is none.
bool takeTimestamp(std::string_view& text, Timestamp& timestamp) {
  Date date;
  microseconds time{};
  if (!readDate(text, date)) return false;
  text.remove_prefix(10);
  if (!text.empty()) {
    if (text.front() != ' ' && text.front() != 'T') return false;
    text.remove_prefix(1);
    if (!takeTime(text, time)) return false;
  }
  timestamp = Timestamp(std::chrono::local_days(date).time_since_epoch() + time);
  return true;
}

void appendDate(std::string& out, Date date) {
  if (!date.ok() || int(date.year()) < 1 || int(date.year()) > 9999) {
    throw Error(ErrorKind::data, "a date is not a day of the years 0001 to 9999");
  }
  appendNumber<4>(out, static_cast<unsigned>(int(date.year())));
  out += '-';
  appendNumber<2>(out, unsigned(date.month()));
  out += '-';
  appendNumber<2>(out, unsigned(date.day()));
}

void appendTime(std::string& out, microseconds time) {
  if (time < microseconds::zero() || time >= std::chrono::hours(24)) {
    throw Error(ErrorKind::data, "a time of day is not between 00:00 and 24:00");
  }
  const auto seconds = static_cast<unsigned>(time / microseconds(1'000'000));
  appendNumber<2>(out, seconds / 3600);
  out += ':';
  appendNumber<2>(out, seconds / 60 % 60);
  out += ':';
  appendNumber<2>(out, seconds % 60);
  out += '.';
  appendNumber<6>(out, static_cast<unsigned>(time % microseconds(1'000'000) / microseconds(1)));
}

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string formatDate(Date date) {
  std::string text;
  appendDate(text, date);
  return text;
}

Date parseDate(std::string_view text) {
  Date date;
  if (text.size() != 10 || !readDate(text, date)) misfit(text, "a date (YYYY-MM-DD)");
  return date;
}

std::string formatTime(TimeOfDay time) {
  std::string text;
  appendTime(text, time.sinceMidnight);
  return text;
}

TimeOfDay parseTime(std::string_view text) {
  const std::string_view whole = text;
  TimeOfDay time;
  if (!takeTime(text, time.sinceMidnight) || !text.empty())
    misfit(whole, "a time (HH:MM:SS.ffffff)");
  return time;
}

std::string formatTimestamp(Timestamp timestamp) {
  const auto day = std::chrono::floor<std::chrono::days>(timestamp);
  std::string text;
  text.reserve(26);
  appendDate(text, Date(day));
  text += ' ';
  appendTime(text, timestamp - day);
  return text;
}

std::optional<Timestamp> readTimestamp(std::string_view text) {
  Timestamp timestamp;
  if (!takeTimestamp(text, timestamp) || !text.empty()) return std::nullopt;
  return timestamp;
}

Timestamp parseTimestamp(std::string_view text) {
  const auto timestamp = readTimestamp(text);
  if (!timestamp) misfit(text, "a timestamp without a zone (YYYY-MM-DD HH:MM:SS.ffffff)");
  return *timestamp;
}

Instant parseInstant(std::string_view text) {
  const std::string_view whole = text;
  Timestamp timestamp;
  if (!takeTimestamp(text, timestamp)) misfit(whole, "a timestamp (YYYY-MM-DD HH:MM:SS.ffffff)");
  const Instant instant(timestamp.time_since_epoch());
  if (text.empty() || text == "Z") return instant;
  const bool compact = text.size() == 5;  // ±HHMM
  const int hours = readNumber(text, 1, 2);
  const int minutes = text.size() == 3 ? 0 : readNumber(text, compact ? 3 : 4, 2);
  const bool shaped = text.size() == 3 || compact || (text.size() == 6 && text[3] == ':');
  if (!shaped || hours < 0 || minutes < 0 || minutes > 59 ||
      (text.front() != '+' && text.front() != '-')) {
    misfit(whole, "a timestamp with a zone (Z or ±HH:MM)");
  }
  const auto offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return text.front() == '+' ? instant - offset : instant + offset;
}

std::string formatUuidHex(const Uuid& uuid) {
  return toHex({reinterpret_cast<const char*>(uuid.begin()), uuid.size()});
}

std::string formatUuid(const Uuid& uuid) {
  std::string text = formatUuidHex(uuid);
  for (const std::size_t dash : {20U, 16U, 12U, 8U})
    text.insert(dash, 1, '-');
  return text;
}

Uuid parseUuid(std::string_view text) {
  Uuid uuid{};
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dashed = text.size() == 36 && (i == 8 || i == 13 || i == 18 || i == 23);
    const int digit = hexDigit(text[i]);
    if (dashed ? text[i] != '-' : digit < 0 || digits == 32) misfit(text, "a UUID");
    if (dashed) continue;
    std::uint8_t& byte = uuid.data[digits / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | digit);
    ++digits;
  }
  if (digits != 32) misfit(text, "a UUID");
  return uuid;
}

void checkDecimal(std::string_view text) {
  const std::string_view digits = text.substr(!text.empty() && text.front() == '-' ? 1 : 0);
  const std::size_t point = digits.find('.');
  const auto areDigits = [](std::string_view part) {
    return !part.empty() &&
           std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (!areDigits(digits.substr(0, point)) ||
      (point != std::string_view::npos && !areDigits(digits.substr(point + 1)))) {
    misfit(text, "a decimal number ([-]digits[.digits])");
  }
}

std::string plainDecimal(std::string_view decimal) {
  std::string digits(decimal);
  if (digits.find('.') != std::string::npos) {
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
  }
  const std::size_t sign = digits.front() == '-' ? 1 : 0;
  digits.erase(sign, std::min(digits.find_first_not_of('0', sign), digits.size()) - sign);
  if (digits.size() == sign || digits[sign] == '.') digits.insert(sign, "0");
  return digits == "-0" ? std::string("0") : digits;
}

std::string formatShortest(double value) {
  if (!std::isfinite(value)) throw Error(ErrorKind::data, "a decimal cannot be infinite or NaN");
  // The shortest digits come in scientific notation only; in fixed notation a large number is
  // printed with all digits of its exact value.
  std::array<char, 32> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific);
  std::string_view text(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
  const bool negative = text.front() == '-';
  if (negative) text.remove_prefix(1);
  const std::size_t mark = text.find('e');
  int exponent = 0;
  const std::size_t sign = text[mark + 1] == '+' ? 2 : 1;
  std::from_chars(text.data() + mark + sign, text.data() + text.size(), exponent);
  std::string digits(text.substr(0, mark));
  std::erase(digits, '.');
  const int point = exponent + 1;  // Digits in front of the point.
  if (point <= 0) {
    digits.insert(0, "0." + std::string(static_cast<std::size_t>(-point), '0'));
  } else if (static_cast<std::size_t>(point) >= digits.size()) {
    digits.append(static_cast<std::size_t>(point) - digits.size(), '0');
  } else {
    digits.insert(static_cast<std::size_t>(point), ".");
  }
  return negative ? '-' + digits : digits;
}

void checkText(std::string_view text) {
  const auto byteAt = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    // Most texts are ASCII: eight bytes at a time, none of them zero nor above 0x7f.
    for (std::uint64_t word; i + sizeof word <= text.size(); i += sizeof word) {
      std::memcpy(&word, text.data() + i, sizeof word);
      constexpr std::uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
      if (((word - ones) | word) & highs) break;
    }
    if (i == text.size()) break;
    const unsigned char lead = byteAt(i);
    if (lead == 0) {
      throw Error(ErrorKind::data, "a text holds a NUL (U+0000) at byte " + std::to_string(i) +
                                       "; PostgreSQL cannot store it: use bytes for such data");
    }
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const std::size_t length = lead < 0xC2   ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    bool valid = length != 0 && i + length <= text.size();
    for (std::size_t k = 1; valid && k < length; ++k)
      valid = (byteAt(i + k) & 0xC0) == 0x80;
    // Overlong forms, surrogates and values above U+10FFFF show in the second byte.
    if (valid && lead == 0xE0) valid = byteAt(i + 1) >= 0xA0;
    if (valid && lead == 0xED) valid = byteAt(i + 1) < 0xA0;
    if (valid && lead == 0xF0) valid = byteAt(i + 1) >= 0x90;
    if (valid && lead == 0xF4) valid = byteAt(i + 1) < 0x90;
    if (!valid) {
      throw Error(ErrorKind::data, "a text is not valid UTF-8 at byte " + std::to_string(i) +
                                       "; use bytes for such data");
    }
    i += length;
  }
}

}  // namespace repot::formats

namespace repot {

std::string_view toString(ColumnType type) noexcept {
  static constexpr std::array<std::string_view, 13> names = {
      "integer",   "real",    "boolean",  "text", "bytes", "date",   "time",
      "timestamp", "instant", "interval", "uuid", "json",  "decimal"};
  return names[static_cast<std::size_t>(type)];
}

}  // namespace repot
