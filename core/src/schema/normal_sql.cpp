// A text of SQL in normal form; see normal_sql.hpp.
#include "schema/normal_sql.hpp"

#include "schema/sql_scanner.hpp"
#include "schema/sql_text.hpp"

#include <algorithm>
#include <vector>

namespace repot::schema {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Without quotes where it reads the same without them.
std::string normalName(const std::string& name) {
  SqlScanner scanner(name);
  const auto first = scanner.next();
  const bool plain = first && first->kind == SqlKind::word && first->text == name &&
                     std::none_of(name.begin(), name.end(), [](char c) { return c != lower(c); });
  return plain ? name : '"' + name + '"';
}

std::string normalToken(const SqlToken& token) {
  std::string text(token.text);
  if (token.kind == SqlKind::text) {
    text[0] = lower(text[0]);  // E'…' and X'…' are e'…' and x'…'.
    return text;
  }
  if (token.kind == SqlKind::name) return normalName(unquoted(text));
  if (text == "!=") return "<>";
  if (text == "==") return "=";
  std::transform(text.begin(), text.end(), text.begin(), lower);
  return text;
}

std::vector<std::string> partsOf(std::string_view sql) {
  std::vector<std::string> parts;
  SqlScanner scanner(sql);
  while (const auto token = scanner.next()) {
    if (token->kind != SqlKind::blank) parts.push_back(normalToken(*token));
  }
  return parts;
}

/// 'x'::text and 'x'::character varying(20) are what PostgreSQL makes of 'x'.
void dropLiteralCasts(std::vector<std::string>& parts) {
  for (std::size_t i = 0; i + 2 < parts.size(); ++i) {
    if (parts[i][0] != '\'' || parts[i + 1] != "::") continue;
    std::size_t end = i + 3;
    if (parts[i + 2] == "character" && end < parts.size() && parts[end] == "varying") {
      ++end;
    } else if (parts[i + 2] != "text" && parts[i + 2] != "bpchar" && parts[i + 2] != "varchar") {
      continue;
    }
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(i + 1),
                parts.begin() + static_cast<std::ptrdiff_t>(end));
  }
}

/// True where the first parenthesis closes at the last part.
bool isEnclosed(const std::vector<std::string>& parts) {
  if (parts.size() < 3 || parts.front() != "(" || parts.back() != ")") return false;
  int depth = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == "(") ++depth;
    if (parts[i] == ")" && --depth == 0) return i + 1 == parts.size();
  }
  return false;
}

std::vector<std::string> normalParts(std::string_view sql) {
  std::vector<std::string> parts = partsOf(sql);
  while (!parts.empty() && parts.back() == ";")
    parts.pop_back();
  dropLiteralCasts(parts);
  while (isEnclosed(parts)) {
    parts.erase(parts.begin());
    parts.pop_back();
  }
  return parts;
}

}  // namespace

std::string normalSql(std::string_view sql) {
  std::string text;
  for (const std::string& part : normalParts(sql)) {
    if (!text.empty()) text += ' ';
    text += part;
  }
  return text;
}

bool mentions(std::string_view sql, std::string_view name) {
  bool found = false;
  replaceNames(sql, [&](std::string_view word) {
    found = found || sameName(word, name);
    return std::string();
  });
  return found;
}

}  // namespace repot::schema
