// See cpp_names.hpp.
#include "schema/cpp_names.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace repot::schema {
namespace {

bool isUpper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool isLower(char c) {
  return c >= 'a' && c <= 'z';
}
bool isDigit(char c) {
  return c >= '0' && c <= '9';
}
char lower(char c) {
  return isUpper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Keywords of C++20 with the alternative tokens, and macros that common headers or the compiler's
/// GNU mode define.
bool isReserved(std::string_view name) {
  static constexpr auto reserved = std::to_array<std::string_view>(
      {"alignas",      "alignof",       "and",         "and_eq",   "asm",
       "assert",       "auto",          "bitand",      "bitor",    "bool",
       "break",        "case",          "catch",       "char",     "char16_t",
       "char32_t",     "char8_t",       "class",       "co_await", "co_return",
       "co_yield",     "compl",         "concept",     "const",    "const_cast",
       "consteval",    "constexpr",     "constinit",   "continue", "decltype",
       "default",      "delete",        "do",          "double",   "dynamic_cast",
       "else",         "enum",          "errno",       "explicit", "export",
       "extern",       "false",         "float",       "for",      "friend",
       "goto",         "i386",          "if",          "inline",   "int",
       "linux",        "long",          "major",       "minor",    "mutable",
       "namespace",    "new",           "noexcept",    "not",      "not_eq",
       "nullptr",      "offsetof",      "operator",    "or",       "or_eq",
       "private",      "protected",     "public",      "register", "reinterpret_cast",
       "requires",     "return",        "short",       "signed",   "sizeof",
       "static",       "static_assert", "static_cast", "stderr",   "stdin",
       "stdout",       "struct",        "switch",      "template", "this",
       "thread_local", "throw",         "true",        "try",      "typedef",
       "typeid",       "typename",      "union",       "unix",     "unsigned",
       "using",        "virtual",       "void",        "volatile", "wchar_t",
       "while",        "xor",           "xor_eq"});
  static_assert(std::is_sorted(reserved.begin(), reserved.end()));
  return std::binary_search(reserved.begin(), reserved.end(), name);
}

/// Cut at what is neither letter nor digit; letters beyond ASCII are left out, as compilers differ
/// on them.
std::vector<std::string> wordsOf(std::string_view name) {
  std::vector<std::string> words;
  bool open = false;
  for (const char c : name) {
    if (static_cast<unsigned char>(c) >= 128) continue;
    const bool part = isUpper(c) || isLower(c) || isDigit(c);
    if (part && !open) words.emplace_back();
    if (part) words.back() += c;
    open = part;
  }
  return words;
}

/// "ID" → "id", "URLPath" → "urlPath", "ArtistId" → "artistId"
std::string uncapitalized(std::string word) {
  std::size_t capitals = 0;
  while (capitals < word.size() && isUpper(word[capitals]))
    ++capitals;
  if (capitals > 1 && capitals < word.size() && isLower(word[capitals])) --capitals;
  std::transform(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(capitals), word.begin(),
                 lower);
  return word;
}

std::string singular(std::string word) {
  const auto ends = [&](std::string_view ending) {
    return word.size() > ending.size() && word.ends_with(ending);
  };
  for (const std::string_view same : {"ss", "us", "is", "news", "series", "species"}) {
    if (word.ends_with(same)) return word;
  }
  for (const std::string_view whole : {"movies", "cookies", "ties"}) {
    if (word.ends_with(whole)) return word.substr(0, word.size() - 1);
  }
  if (ends("ies")) return word.replace(word.size() - 3, 3, "y");
  for (const std::string_view longer : {"sses", "shes", "ches", "xes", "uses"}) {
    if (ends(longer)) return word.substr(0, word.size() - 2);
  }
  return ends("s") ? word.substr(0, word.size() - 1) : word;
}

/// `first` stands in front of a name that would begin with a digit, or be nothing.
std::string joined(const std::vector<std::string>& words, const std::string& first) {
  std::string name = words.empty() || isDigit(words.front()[0]) ? first : std::string();
  for (const std::string& word : words) {
    const std::string plain = uncapitalized(word);
    name += name.empty() ? plain : capitalized(plain);
  }
  return name;
}

}  // namespace

std::string capitalized(std::string name) {
  if (!name.empty() && isLower(name[0])) name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

std::string entityName(std::string_view table) {
  std::vector<std::string> words = wordsOf(table);
  if (!words.empty()) words.back() = singular(uncapitalized(words.back()));
  return capitalized(joined(words, "table"));
}

std::string memberName(std::string_view column) {
  const std::string name = joined(wordsOf(column), "column");
  return isReserved(name) ? name + '_' : name;
}

bool isCppName(std::string_view name) {
  const auto part = [](char c) { return isUpper(c) || isLower(c) || isDigit(c) || c == '_'; };
  return !name.empty() && !isDigit(name[0]) && std::all_of(name.begin(), name.end(), part) &&
         name.find("__") == std::string_view::npos &&
         !(name[0] == '_' && name.size() > 1 && isUpper(name[1])) && !isReserved(name);
}

std::string UniqueNames::take(const std::string& wanted) {
  std::string name = wanted;
  for (int number = 2; !taken_.insert(name).second; ++number)
    name = wanted + std::to_string(number);
  return name;
}

}  // namespace repot::schema
