// Each judgement is stricter than PostgreSQL's input: what passes here is stored without change.
#include "value_check.hpp"

#include "source_schema.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

namespace repot::migrate {
namespace {

namespace json = boost::json;

/// Takes every event and keeps nothing: only the parser's verdict counts.
struct NullHandler {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return true; }
  bool on_object_end(std::size_t, json::error_code&) { return true; }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t, json::error_code&) { return true; }
  bool on_key_part(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_key(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_string_part(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_string(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, json::error_code&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return true; }
  bool on_double(double, json::string_view, json::error_code&) { return true; }
  bool on_bool(bool, json::error_code&) { return true; }
  bool on_null(json::error_code&) { return true; }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }
};

bool isHex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
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

bool isJson(std::string_view text) {
  constexpr std::size_t maxDepth = 500;
  json::parse_options options;
  options.max_depth = maxDepth;
  json::basic_parser<NullHandler> parser(options);
  json::error_code failure;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), failure);
  return !failure && read == text.size();
}

bool escapesNul(std::string_view text) {
  for (std::size_t at = text.find('\\'); at != std::string_view::npos;
       at = text.find('\\', at + 2)) {
    if (text.substr(at, 6) == "\\u0000") return true;
  }
  return false;
}

bool isDouble(std::int64_t value) {
  constexpr double beyond = 9'223'372'036'854'775'808.0;  // 2^63, where the way back ends.
  const auto real = static_cast<double>(value);
  return real < beyond && static_cast<std::int64_t>(real) == value;
}

bool isUuid(std::string_view text) {
  const bool dashed = text.size() == 36;
  if (!dashed && text.size() != 32) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = dashed && (i == 8 || i == 13 || i == 18 || i == 23);
    if (dash ? text[i] != '-' : !isHex(text[i])) return false;
  }
  return true;
}

bool isCanonicalInteger(std::string_view text) {
  std::int64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) return false;
  return std::to_string(value) == text;
}

}  // namespace repot::migrate
