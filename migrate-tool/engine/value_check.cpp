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
