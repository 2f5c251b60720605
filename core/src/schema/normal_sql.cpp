// A text of SQL in normal form; see normal_sql.hpp.
#include "schema/normal_sql.hpp"

#include "schema/sql_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace repot::schema {
namespace {

bool isBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
bool isWordPart(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 128;
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Cuts SQL into words, quoted texts and single symbols. Takes any bytes.
class Cutter {
 public:
  explicit Cutter(std::string_view sql) : sql_(sql) {}

  std::vector<std::string> run() {
    std::vector<std::string> parts;
    for (skip(); at_ < sql_.size(); skip())
      parts.push_back(part());
    return parts;
  }

 private:
  void skip() {
    while (at_ < sql_.size()) {
      if (isBlank(sql_[at_])) {
        ++at_;
      } else if (sql_.substr(at_, 2) == "--") {
        at_ = std::min(sql_.find('\n', at_), sql_.size());
      } else if (sql_.substr(at_, 2) == "/*") {
        const std::size_t end = sql_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? sql_.size() : end + 2;
      } else {
        return;
      }
    }
  }

  std::string part() {
    const char c = sql_[at_];
    if (c == '\'') return quoted('\'');
    if (c == '"' || c == '`') return name(quoted(c));
    if (c == '[' && sql_.find(']', at_) != std::string_view::npos && isNameInBrackets()) {
      const std::size_t end = sql_.find(']', at_);
      const std::string text(sql_.substr(at_ + 1, end - at_ - 1));
      at_ = end + 1;
      return name('"' + text + '"');
    }
    const bool number = std::isdigit(static_cast<unsigned char>(c)) != 0;
    std::string text;
    while (at_ < sql_.size() && (isWordPart(sql_[at_]) || (number && sql_[at_] == '.')))
      text += lower(sql_[at_++]);
    if (!text.empty()) return text;
    static constexpr std::array<std::string_view, 9> longer = {
        "::", "<=", ">=", "<>", "!=", "||", "==", "->", "<<"};
    for (const std::string_view symbol : longer) {
      if (sql_.substr(at_, 2) != symbol) continue;
      at_ += 2;
      if (symbol == "!=") return "<>";
      if (symbol == "==") return "=";
      return std::string(symbol);
    }
    return std::string(1, sql_[at_++]);
  }

  /// PostgreSQL's ARRAY[…] is no name.
  bool isNameInBrackets() const {
    std::size_t before = at_;
    while (before > 0 && isBlank(sql_[before - 1]))
      --before;
    return before == 0 || !isWordPart(sql_[before - 1]);
  }

  /// With its quotes, inner ones doubled as they are.
  std::string quoted(char quote) {
    std::string text(1, sql_[at_++]);
    while (at_ < sql_.size()) {
      text += sql_[at_];
      if (sql_[at_++] != quote) continue;
      if (at_ >= sql_.size() || sql_[at_] != quote) return text;
      text += sql_[at_++];
    }
    return text;
  }

  /// Without quotes where it reads the same without them.
  static std::string name(const std::string& quotedName) {
    const std::string inner =
        quotedName.size() < 2 ? "" : quotedName.substr(1, quotedName.size() - 2);
    const bool plain =
        !inner.empty() && std::isdigit(static_cast<unsigned char>(inner[0])) == 0 &&
        std::all_of(inner.begin(), inner.end(), [](char c) { return isWordPart(c); }) &&
        std::none_of(inner.begin(), inner.end(), [](char c) { return c != lower(c); });
    return plain ? inner : '"' + inner + '"';
  }

  std::string_view sql_;
  std::size_t at_ = 0;
};

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
  std::vector<std::string> parts = Cutter(sql).run();
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
