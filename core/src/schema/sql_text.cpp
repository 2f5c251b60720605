// See sql_text.hpp.
#include "schema/sql_text.hpp"

#include "schema/sql_scanner.hpp"

#include <cstdint>

namespace repot::schema {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string replaceNames(std::string_view sql,
                         const std::function<std::string(std::string_view)>& name) {
  std::string out;
  SqlScanner scanner(sql);
  while (const auto token = scanner.next()) {
    std::string replacement;
    if (token->kind == SqlKind::word) replacement = name(token->text);
    if (token->kind == SqlKind::name) replacement = name(unquoted(token->text));
    out += replacement.empty() ? token->text : std::string_view(replacement);
  }
  return out;
}

bool sameName(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

std::string shortDigest(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;  // FNV-1a
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211U;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (int shift = 28; shift >= 0; shift -= 4)
    out += digits[(hash >> shift) & 15];
  return out;
}

}  // namespace repot::schema
