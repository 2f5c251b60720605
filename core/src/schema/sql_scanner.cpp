// See sql_scanner.hpp.
#include "schema/sql_scanner.hpp"

#include <algorithm>
#include <array>

namespace repot::schema {
namespace {

bool isBlank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool isDigit(char c) {
  return c >= '0' && c <= '9';
}
bool isWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool isTag(char c) {
  return isWordStart(c) || isDigit(c);
}
bool isWord(char c) {
  return isTag(c) || c == '$';
}
bool isNumber(char c) {
  return isWord(c) || c == '.';
}
/// Of a text that is written with a letter before it: escapes, bytes, bits, national characters.
bool isPrefix(char c) {
  return std::string_view("eExXbBnN").find(c) != std::string_view::npos;
}

template <typename Predicate>
std::size_t extent(std::string_view text, Predicate belongs) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), belongs) -
                                  text.begin());
}

}  // namespace

std::optional<SqlToken> SqlScanner::next() {
  if (rest_.empty()) return std::nullopt;
  const SqlToken token = measure();
  rest_.remove_prefix(token.text.size());
  afterOperand_ = token.kind == SqlKind::word || token.kind == SqlKind::name || token.text == ")" ||
                  token.text == "]";
  return token;
}

SqlToken SqlScanner::measure() const {
  const char c = rest_.front();
  if (isBlank(c)) return token(SqlKind::blank, extent(rest_, isBlank));
  if (rest_.starts_with("--")) return token(SqlKind::blank, endOf("\n", 2));
  if (rest_.starts_with("/*")) return token(SqlKind::blank, endOf("*/", 2));
  if (c == '\'') return token(SqlKind::text, endOfQuoted(0, false));
  if (isPrefix(c) && rest_.substr(1).starts_with('\''))
    return token(SqlKind::text, endOfQuoted(1, c == 'e' || c == 'E'));
  if (c == '"' || c == '`') return token(SqlKind::name, endOfQuoted(0, false));
  if (c == '[' && !afterOperand_ && rest_.find(']') != std::string_view::npos)
    return token(SqlKind::name, endOf("]", 1));
  if (c == '$') return dollar();
  const bool fraction = c == '.' && !afterOperand_ && rest_.size() > 1 && isDigit(rest_[1]);
  if (isDigit(c) || fraction) return token(SqlKind::number, endOfNumber());
  if (isWordStart(c)) return token(SqlKind::word, extent(rest_, isWord));
  return sign();
}

std::size_t SqlScanner::endOf(std::string_view mark, std::size_t from) const {
  const std::size_t found = rest_.find(mark, from);
  return found == std::string_view::npos ? rest_.size() : found + mark.size();
}

std::size_t SqlScanner::endOfQuoted(std::size_t open, bool escapes) const {
  const char quote = rest_[open];
  for (std::size_t i = open + 1; i < rest_.size(); ++i) {
    if (escapes && rest_[i] == '\\') {
      ++i;
    } else if (rest_[i] == quote) {
      if (!rest_.substr(i + 1).starts_with(quote)) return i + 1;
      ++i;  // A doubled quote stands for itself.
    }
  }
  return rest_.size();
}

std::size_t SqlScanner::endOfNumber() const {
  const std::size_t end = extent(rest_, isNumber);
  const bool hexadecimal = rest_.starts_with("0x") || rest_.starts_with("0X");
  const bool exponent = !hexadecimal && (rest_[end - 1] == 'e' || rest_[end - 1] == 'E');
  const std::string_view behind = rest_.substr(end);
  if (!exponent || behind.size() < 2 || (behind[0] != '+' && behind[0] != '-') ||
      !isDigit(behind[1]))
    return end;
  return end + 1 + extent(behind.substr(1), isDigit);
}

/// A lone '$' is a sign.
SqlToken SqlScanner::dollar() const {
  const std::size_t end = 1 + extent(rest_.substr(1), isTag);
  if (!rest_.substr(end).starts_with('$')) return token(SqlKind::sign, 1);
  return token(SqlKind::text, endOf(rest_.substr(0, end + 1), end + 1));
}

SqlToken SqlScanner::sign() const {
  static constexpr std::array<std::string_view, 9> longer = {
      "::", "<=", ">=", "<>", "!=", "||", "==", "->", "<<"};
  const bool two = std::any_of(longer.begin(), longer.end(),
                               [&](std::string_view one) { return rest_.starts_with(one); });
  return token(SqlKind::sign, two ? 2 : 1);
}

std::string unquoted(std::string_view name) {
  const char close = name.front() == '[' ? ']' : name.front();
  std::string text;
  for (std::size_t i = 1; i + 1 < name.size(); ++i) {
    text += name[i];
    if (name[i] == close) ++i;
  }
  return text;
}

}  // namespace repot::schema
