// By the events of a parser that keeps no document; see json_check.hpp.
#include "json_check.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <charconv>
#include <cstdlib>
#include <set>
#include <string>
#include <utility>
#include <vector>

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

/// PostgreSQL's numeric has 131,072 digits before the point and 16,383 behind it.
bool isNumeric(std::string_view number) {
  constexpr std::size_t longest = 16'000;
  constexpr int exponentMax = 16'000;
  if (number.size() > longest) return false;
  const std::size_t e = number.find_first_of("eE");
  if (e == std::string_view::npos) return true;
  int exponent = 0;
  const std::size_t from = number[e + 1] == '+' ? e + 2 : e + 1;
  const auto read = std::from_chars(number.data() + from, number.data() + number.size(), exponent);
  return read.ec == std::errc() && std::abs(exponent) <= exponentMax - static_cast<int>(e);
}

/// What an object or a number is called is known by the time that its last event comes.
class JsonbHandler : public NullHandler {
 public:
  JsonbCheck result;

  bool on_object_begin(json::error_code&) {
    keys_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, json::error_code&) {
    keys_.pop_back();
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) { return collect(part); }
  bool on_key(json::string_view part, std::size_t, json::error_code&) {
    collect(part);
    noteNul(text_);
    if (!keys_.back().insert(std::exchange(text_, {})).second) result.doubleKeys = true;
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    noteNul({part.data(), part.size()});
    return true;
  }
  bool on_string(json::string_view part, std::size_t, json::error_code&) {
    noteNul({part.data(), part.size()});
    return true;
  }
  bool on_number_part(json::string_view part, json::error_code&) { return collect(part); }
  bool on_int64(std::int64_t, json::string_view part, json::error_code&) { return number(part); }
  bool on_uint64(std::uint64_t, json::string_view part, json::error_code&) { return number(part); }
  bool on_double(double, json::string_view part, json::error_code&) { return number(part); }

 private:
  bool collect(json::string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool number(json::string_view part) {
    collect(part);
    if (!isNumeric(std::exchange(text_, {}))) result.holds = false;
    return true;
  }
  void noteNul(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) result.holds = false;
  }

  std::vector<std::set<std::string>> keys_;
  std::string text_;
};

template <typename Handler>
bool parses(json::basic_parser<Handler>& parser, std::string_view text) {
  json::error_code failure;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), failure);
  return !failure && read == text.size();
}

json::parse_options bounded() {
  json::parse_options options;
  options.max_depth = 500;
  return options;
}

}  // namespace

bool isJson(std::string_view text) {
  json::basic_parser<NullHandler> parser(bounded());
  return parses(parser, text);
}

JsonbCheck checkJsonb(std::string_view document) {
  json::basic_parser<JsonbHandler> parser(bounded());
  if (!parses(parser, document)) return {false, false};
  return parser.handler().result;
}

}  // namespace repot::migrate
