// See sql_text.hpp.
#include "schema/sql_text.hpp"

#include <cstdint>

namespace repot::schema {
namespace {

bool isWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}
bool isWord(char c) {
  return isWordStart(c) || (c >= '0' && c <= '9') || c == '$';
}

/// The end of what starts at `start` with a quote; quotes inside are doubled.
std::size_t endOfQuoted(std::string_view sql, std::size_t start) {
  const char close = sql[start] == '[' ? ']' : sql[start];
  std::size_t i = start + 1;
  while (i < sql.size()) {
    if (sql[i] != close) {
      ++i;
    } else if (close != ']' && i + 1 < sql.size() && sql[i + 1] == close) {
      i += 2;
    } else {
      return i + 1;
    }
  }
  return sql.size();
}

std::string unquoted(std::string_view quoted) {
  const char close = quoted.front() == '[' ? ']' : quoted.front();
  std::string name;
  for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
    name += quoted[i];
    if (quoted[i] == close) ++i;
  }
  return name;
}

/// The end of a comment at `start`; `start` itself where there is none.
std::size_t endOfComment(std::string_view sql, std::size_t start) {
  const std::string_view rest = sql.substr(start);
  if (rest.starts_with("--")) return std::min(sql.find('\n', start), sql.size());
  if (!rest.starts_with("/*")) return start;
  const std::size_t end = sql.find("*/", start + 2);
  return end == std::string_view::npos ? sql.size() : end + 2;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string replaceNames(std::string_view sql,
                         const std::function<std::string(std::string_view)>& name) {
  std::string out;
  for (std::size_t i = 0; i < sql.size();) {
    const char c = sql[i];
    std::size_t end = endOfComment(sql, i);
    std::string replacement;
    if (end > i) {
    } else if (c == '"' || c == '`' || c == '[') {
      end = endOfQuoted(sql, i);
      replacement = name(unquoted(sql.substr(i, end - i)));
    } else if (c == '\'') {
      end = endOfQuoted(sql, i);
    } else if (isWordStart(c)) {
      while (end < sql.size() && isWord(sql[end]))
        ++end;
      replacement = name(sql.substr(i, end - i));
    } else {
      end = i + 1;
    }
    out += replacement.empty() ? std::string(sql.substr(i, end - i)) : replacement;
    i = end;
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
