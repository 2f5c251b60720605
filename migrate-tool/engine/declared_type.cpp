// A type name may be any run of tokens, comments included; only its words and numbers count.
#include "declared_type.hpp"

#include "source_schema.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace repot::migrate {
namespace {

using Known = std::pair<std::string_view, DeclaredKind>;
constexpr auto knownTypes = std::to_array<Known>({
    {"bool", DeclaredKind::boolean},
    {"boolean", DeclaredKind::boolean},
    {"bit", DeclaredKind::smallFlag},
    {"date", DeclaredKind::date},
    {"datetime", DeclaredKind::dateTime},
    {"datetime2", DeclaredKind::dateTime},
    {"datetimeoffset", DeclaredKind::dateTime},
    {"smalldatetime", DeclaredKind::dateTime},
    {"timestamp", DeclaredKind::dateTime},
    {"timestamptz", DeclaredKind::dateTime},
    {"timestamp with time zone", DeclaredKind::dateTime},
    {"timestamp without time zone", DeclaredKind::dateTime},
    {"time", DeclaredKind::time},
    {"timetz", DeclaredKind::time},
    {"time without time zone", DeclaredKind::time},
    {"time with time zone", DeclaredKind::time},
    {"numeric", DeclaredKind::decimal},
    {"decimal", DeclaredKind::decimal},
    {"dec", DeclaredKind::decimal},
    {"number", DeclaredKind::decimal},
    {"money", DeclaredKind::decimal},
    {"smallmoney", DeclaredKind::decimal},
    {"num", DeclaredKind::decimal},
    {"json", DeclaredKind::json},
    {"jsonb", DeclaredKind::json},
    {"string", DeclaredKind::textual},
    {"str", DeclaredKind::textual},
    {"guid", DeclaredKind::textual},
    {"uuid", DeclaredKind::textual},
    {"uniqueidentifier", DeclaredKind::textual},
    {"xml", DeclaredKind::textual},
    {"enum", DeclaredKind::textual},
    {"set", DeclaredKind::textual},
    {"inet", DeclaredKind::textual},
    {"bytea", DeclaredKind::blob},
    {"binary", DeclaredKind::blob},
    {"varbinary", DeclaredKind::blob},
    {"image", DeclaredKind::blob},
    {"byte[]", DeclaredKind::blob},
    {"any", DeclaredKind::open},
});

std::string withoutComments(std::string_view text) {
  std::string clean;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("--")) {
      while (i < text.size() && text[i] != '\n')
        ++i;
    } else if (text.substr(i).starts_with("/*")) {
      const auto end = text.find("*/", i + 2);
      i = end == std::string_view::npos ? text.size() : end + 1;
    } else {
      clean += text[i];
      continue;
    }
    clean += ' ';
  }
  return clean;
}

/// Lower-case words outside the parentheses, separated by one blank: "varying character".
std::string wordsOf(std::string_view text) {
  std::string words;
  int depth = 0;
  for (const char c : text) {
    if (c == '(') ++depth;
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r' || depth > 0;
    if (c == ')' && depth > 0) --depth;
    if (!blank) {
      words += c;
    } else if (!words.empty() && words.back() != ' ') {
      words += ' ';
    }
  }
  while (!words.empty() && words.back() == ' ')
    words.pop_back();
  return asciiLower(words);
}

/// The unsigned integers between the first pair of parentheses.
std::vector<int> argumentsOf(std::string_view text) {
  constexpr int limit = 100'000'000;  // Above any length or precision of PostgreSQL.
  std::vector<int> numbers;
  const auto open = text.find('(');
  if (open == std::string_view::npos) return numbers;
  bool inside = false;
  for (const char c : text.substr(open + 1, text.find(')', open) - open - 1)) {
    if (c < '0' || c > '9') {
      inside = false;
      continue;
    }
    if (!std::exchange(inside, true)) numbers.push_back(0);
    numbers.back() = std::min(limit, numbers.back() * 10 + (c - '0'));
  }
  return numbers;
}

DeclaredKind kindOf(const std::string& words, const std::vector<int>& arguments,
                    std::string_view declared) {
  if (words == "tinyint" && arguments == std::vector<int>{1}) return DeclaredKind::smallFlag;
  const auto* known = std::find_if(knownTypes.begin(), knownTypes.end(),
                                   [&](const Known& item) { return item.first == words; });
  if (known != knownTypes.end()) return known->second;
  switch (affinityOf(declared)) {
    case Affinity::integer:
      return DeclaredKind::integer;
    case Affinity::real:
      return DeclaredKind::real;
    case Affinity::text:
      return DeclaredKind::text;
    case Affinity::blob:
      return words.empty() ? DeclaredKind::open : DeclaredKind::blob;
    case Affinity::numeric:
      break;
  }
  if (words.starts_with("decimal") || words.starts_with("numeric")) return DeclaredKind::decimal;
  return DeclaredKind::open;
}

}  // namespace

DeclaredType parseDeclaredType(std::string_view declared) {
  constexpr int maxVarchar = 10'485'760, maxPrecision = 1000;
  const std::string clean = withoutComments(declared);
  const std::vector<int> arguments = argumentsOf(clean);
  const std::string words = wordsOf(clean);
  DeclaredType type;
  type.kind = kindOf(words, arguments, declared);
  if (arguments.empty()) return type;
  const bool limited = words.find("char") != std::string::npos;
  if (type.kind == DeclaredKind::text && limited && arguments[0] <= maxVarchar) {
    type.length = arguments[0];
  }
  if (type.kind == DeclaredKind::decimal && arguments[0] <= maxPrecision) {
    const int scale = arguments.size() > 1 ? arguments[1] : 0;
    if (scale <= arguments[0]) {
      type.length = arguments[0];
      type.scale = scale;
    }
  }
  return type;
}

}  // namespace repot::migrate
