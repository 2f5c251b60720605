// Reads what classed_json.hpp writes, by a parser of its own; see canonical_part.hpp.
#include "engine/run/canonical_part.hpp"

#include <repot/error.hpp>
#include <repot/scalar_text.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <charconv>
#include <limits>

namespace repot::migrate::canonical {
namespace {

namespace json = boost::json;

template <typename Number>
bool readNumber(std::string_view text, std::string& content) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return false;
  content.assign(reinterpret_cast<const char*>(&number), sizeof number);
  return true;
}

std::string bytesOf(double value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

/// {"blob": "\\x…"} and {"real": …}.
bool readObject(const json::object& object, ClassedValue& value) {
  if (object.size() != 1 || !object.begin()->value().is_string()) return false;
  const std::string_view name = object.begin()->key();
  const std::string_view text = object.begin()->value().get_string();
  if (name == "blob" && text.starts_with("\\x")) {
    try {
      const Bytes bytes = formats::parseHex(text.substr(2));
      value = {'x', {reinterpret_cast<const char*>(bytes.data()), bytes.size()}};
      return true;
    } catch (const Error&) {
      return false;
    }
  }
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (name != "real" || (text != "Infinity" && text != "-Infinity" && text != "-0.0")) return false;
  value = {'r', bytesOf(text == "-0.0" ? -0.0 : text.starts_with('-') ? -infinity : infinity)};
  return true;
}

}  // namespace

ClassedValue classedValue(std::string_view text) {
  ClassedValue value;
  const char first = text.empty() ? '\0' : text.front();
  if (first == '-' || (first >= '0' && first <= '9')) {
    const bool real = text.find('.') != std::string_view::npos;
    value.tag = real ? 'r' : 'i';
    if (real ? readNumber<double>(text, value.content)
             : readNumber<std::int64_t>(text, value.content))
      return value;
  } else if (first == '"' || first == '{') {
    json::error_code failure;
    const json::value document = json::parse({text.data(), text.size()}, failure);
    if (!failure && document.is_string()) return {'t', std::string(document.get_string())};
    if (!failure && document.is_object() && readObject(document.get_object(), value)) return value;
  }
  return {'k', std::string(text)};
}

}  // namespace repot::migrate::canonical
