// Each judgement is stricter than PostgreSQL's input: what passes here is stored without change.
#include "value_check.hpp"

#include "source_schema.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

namespace repot::migrate {
namespace {

constexpr std::array<bool, 256> hexDigits = [] {
  std::array<bool, 256> digits{};
  for (const char c : std::string_view("0123456789abcdefABCDEF"))
    digits[static_cast<unsigned char>(c)] = true;
  return digits;
}();

/// Without a branch for each digit, as every key of most databases is asked.
bool areHex(std::string_view text) {
  bool all = true;
  for (const char c : text)
    all &= hexDigits[static_cast<unsigned char>(c)];
  return all;
}

}  // namespace

bool fitsDecimal(double value, int precision, int scale) {
  if (!std::isfinite(value)) return false;
  if (value == 0) return true;
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific)
                       .ptr;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const auto e = text.find('e');
  const auto digits =
      static_cast<int>(std::count_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(e),
                                     [](char c) { return c >= '0' && c <= '9'; }));
  const int exponent = std::atoi(std::string(text.substr(e + 1)).c_str());
  return exponent + 1 <= precision - scale && digits - 1 - exponent <= scale;
}

bool fitsDecimal(std::int64_t value, int precision, int scale) {
  if (value == 0) return true;
  int digits = 0;
  for (std::int64_t rest = value; rest != 0; rest /= 10)
    ++digits;
  return digits <= precision - scale;
}

bool fitsDecimal(std::string_view text, int precision, int scale) {
  text.remove_prefix(std::min(text.find_first_not_of("+-0"), text.size()));
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::size_t last = text.find_last_not_of('0');
  const auto fraction = point < text.size() && last > point ? static_cast<int>(last - point) : 0;
  return static_cast<int>(point) <= precision - scale && fraction <= scale;
}

bool isPlainDecimal(std::string_view text) {
  constexpr std::size_t longest = 1000;
  if (text.size() > longest) return false;
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  const auto areDigits = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  const std::size_t point = text.find('.');
  return areDigits(text.substr(0, point)) &&
         (point == std::string_view::npos || areDigits(text.substr(point + 1)));
}

std::optional<std::size_t> booleanPair(std::string_view text) {
  constexpr std::array<std::string_view, 8> words{"t", "f", "true", "false", "y", "n", "yes", "no"};
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (sameName(text, words[i])) return i / 2;
  }
  return std::nullopt;
}

bool isDouble(std::int64_t value) {
  constexpr double beyond = 9'223'372'036'854'775'808.0;  // 2^63, where the way back ends.
  const auto real = static_cast<double>(value);
  return real < beyond && static_cast<std::int64_t>(real) == value;
}

bool isUuid(std::string_view text) {
  if (text.size() == 32) return areHex(text);
  return text.size() == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' &&
         text[23] == '-' && areHex(text.substr(0, 8)) && areHex(text.substr(9, 4)) &&
         areHex(text.substr(14, 4)) && areHex(text.substr(19, 4)) && areHex(text.substr(24));
}

bool isCanonicalInteger(std::string_view text) {
  constexpr std::size_t longest = 20;  // -9223372036854775808
  if (text.empty() || text.size() > longest) return false;
  const bool negative = text.front() == '-';
  const std::string_view digits = text.substr(negative ? 1 : 0);
  // "007" and "-0" would not come back as they were.
  if (digits.starts_with('0') && text != "0") return false;
  std::int64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc{} && result.ptr == text.data() + text.size();
}

}  // namespace repot::migrate
