// JSON documents in one form for all that PostgreSQL's jsonb holds equal; see canonical_part.hpp.
#include "engine/run/canonical_part.hpp"

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <vector>

namespace repot::migrate::canonical {
namespace {

namespace json = boost::json;

/// Plain decimal of a JSON number; empty where it has more digits than PostgreSQL's numeric.
std::string plainNumber(std::string_view text) {
  constexpr int exponentMax = 16'000;
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  int exponent = 0;
  if (const std::size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    const std::size_t from = text[e + 1] == '+' ? e + 2 : e + 1;
    const auto read = std::from_chars(text.data() + from, text.data() + text.size(), exponent);
    if (read.ec != std::errc() || exponent > exponentMax || exponent < -exponentMax) return {};
    text = text.substr(0, e);
  }
  const std::size_t point = text.find('.');
  std::string digits(text.substr(0, point));
  int place = static_cast<int>(digits.size()) + exponent;
  if (point != std::string_view::npos) digits += text.substr(point + 1);
  if (place <= 0) {
    digits.insert(0, static_cast<std::size_t>(1 - place), '0');
    place = 1;
  }
  const auto whole = static_cast<std::size_t>(place);
  if (digits.size() < whole) digits.append(whole - digits.size(), '0');
  std::string plain = digits.substr(0, whole);
  plain.erase(0, std::min(plain.find_first_not_of('0'), plain.size() - 1));
  if (digits.size() > whole) plain += '.' + digits.substr(whole);
  plain = plainDecimal(std::move(plain));
  return negative && plain != "0" ? '-' + plain : plain;
}

/// Builds the canonical text from the events of the parser, which keeps no document.
class Sorter {
 public:
  constexpr static std::size_t max_object_size = static_cast<std::size_t>(-1);
  constexpr static std::size_t max_array_size = static_cast<std::size_t>(-1);
  constexpr static std::size_t max_key_size = static_cast<std::size_t>(-1);
  constexpr static std::size_t max_string_size = static_cast<std::size_t>(-1);

  std::string result;
  bool holdable = true;

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) {
    levels_.emplace_back();
    levels_.back().object = true;
    return true;
  }
  bool on_object_end(std::size_t, json::error_code&) {
    const Level level = leave();
    std::string text = "{";
    for (const auto& [key, value] : level.members) {
      if (text.size() > 1) text += ',';
      text += quoted(key) + ':' + value;
    }
    return put(text + '}');
  }
  bool on_array_begin(json::error_code&) {
    levels_.emplace_back();
    return true;
  }
  bool on_array_end(std::size_t, json::error_code&) { return put('[' + leave().elements + ']'); }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) { return collect(part); }
  bool on_key(json::string_view part, std::size_t, json::error_code&) {
    collect(part);
    levels_.back().key = take();
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    return collect(part);
  }
  bool on_string(json::string_view part, std::size_t, json::error_code&) {
    collect(part);
    return put(quoted(take()));
  }
  bool on_number_part(json::string_view part, json::error_code&) { return collect(part); }
  bool on_int64(std::int64_t, json::string_view part, json::error_code&) { return number(part); }
  bool on_uint64(std::uint64_t, json::string_view part, json::error_code&) { return number(part); }
  bool on_double(double, json::string_view part, json::error_code&) { return number(part); }
  bool on_bool(bool value, json::error_code&) { return put(value ? "true" : "false"); }
  bool on_null(json::error_code&) { return put("null"); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  struct Level {
    bool object = false;
    std::string key;
    std::map<std::string, std::string> members;
    std::string elements;
  };

  bool collect(json::string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }
  std::string take() {
    if (text_.find('\0') != std::string::npos) holdable = false;
    return std::exchange(text_, {});
  }
  bool number(json::string_view part) {
    collect(part);
    const std::string plain = plainNumber(take());
    if (plain.empty()) holdable = false;
    return put(plain);
  }
  Level leave() {
    Level level = std::move(levels_.back());
    levels_.pop_back();
    return level;
  }
  bool put(const std::string& value) {
    if (levels_.empty()) {
      result = value;
    } else if (levels_.back().object) {
      levels_.back().members[levels_.back().key] = value;
    } else {
      std::string& elements = levels_.back().elements;
      elements += (elements.empty() ? "" : ",") + value;
    }
    return true;
  }
  static std::string quoted(const std::string& text) { return json::serialize(json::string(text)); }

  std::vector<Level> levels_;
  std::string text_;
};

}  // namespace

std::optional<std::string> sortedJson(std::string_view text) {
  json::parse_options options;
  options.max_depth = 500;
  json::basic_parser<Sorter> parser(options);
  json::error_code failure;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), failure);
  if (failure || read != text.size() || !parser.handler().holdable) return std::nullopt;
  return std::move(parser.handler().result);
}

}  // namespace repot::migrate::canonical
