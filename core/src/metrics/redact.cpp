// Statements without their literals, which may be anybody's data; see metrics.hpp.
#include "repot/metrics.hpp"

#include <cctype>

namespace repot {
namespace {

bool isWord(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || (c & '\x80') != 0;
}
bool isDigit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// Behind the quote that ends what starts at `at`; a doubled one does not, nor one behind a
/// backslash where `escapes`. An open end takes all.
std::size_t behindQuoted(std::string_view sql, std::size_t at, char quote, bool escapes = false) {
  for (std::size_t i = at + 1; i < sql.size(); ++i) {
    if (escapes && sql[i] == '\\') {
      ++i;
      continue;
    }
    if (sql[i] != quote) continue;
    if (i + 1 < sql.size() && sql[i + 1] == quote) {
      ++i;
      continue;
    }
    return i + 1;
  }
  return sql.size();
}

std::size_t behindWord(std::string_view sql, std::size_t at) {
  while (at < sql.size() && (isWord(sql[at]) || sql[at] == '$'))
    ++at;
  return at;
}

std::size_t behindNumber(std::string_view sql, std::size_t at) {
  while (at < sql.size() &&
         (isWord(sql[at]) || sql[at] == '.' ||
          ((sql[at] == '+' || sql[at] == '-') && (sql[at - 1] == 'e' || sql[at - 1] == 'E'))))
    ++at;
  return at;
}

/// Behind PostgreSQL's $tag$…$tag$, or `at` where none starts there.
std::size_t behindDollarQuoted(std::string_view sql, std::size_t at) {
  const std::size_t tagEnd = sql.find('$', at + 1);
  if (tagEnd == std::string_view::npos) return at;
  for (std::size_t i = at + 1; i < tagEnd; ++i) {
    if (!isWord(sql[i]) || (i == at + 1 && isDigit(sql[i]))) return at;
  }
  const std::string_view tag = sql.substr(at, tagEnd + 1 - at);
  const std::size_t end = sql.find(tag, tagEnd + 1);
  return end == std::string_view::npos ? sql.size() : end + tag.size();
}

/// Behind a comment, or `at` where none starts there.
std::size_t behindComment(std::string_view sql, std::size_t at) {
  const std::string_view start = sql.substr(at, 2);
  if (start != "--" && start != "/*") return at;
  const std::size_t end = sql.find(start == "--" ? "\n" : "*/", at + 2);
  return end == std::string_view::npos ? sql.size() : end + (start == "--" ? 1 : 2);
}

}  // namespace

std::string redactSql(std::string_view sql, std::size_t limit) {
  std::string text;
  bool blank = false;
  const auto add = [&](std::string_view piece) {
    if (blank && !text.empty()) text += ' ';
    blank = false;
    text += piece;
  };
  for (std::size_t i = 0; i < sql.size() && text.size() <= limit;) {
    const char c = sql[i];
    std::size_t end = behindComment(sql, i);
    if (end != i || std::isspace(static_cast<unsigned char>(c)) != 0) {
      blank = true;
      i = end != i ? end : i + 1;
    } else if (c == '\'') {
      i = behindQuoted(sql, i, c);
      add("?");
    } else if (c == '"' || c == '`') {
      end = behindQuoted(sql, i, c);
      add(sql.substr(i, end - i));
      i = end;
    } else if (isDigit(c) || (c == '.' && i + 1 < sql.size() && isDigit(sql[i + 1]))) {
      i = behindNumber(sql, i + 1);
      add("?");
    } else if (c == '$' && (end = behindDollarQuoted(sql, i)) != i) {
      i = end;
      add("?");
    } else if (isWord(c) || ((c == '$' || c == '?' || c == ':' || c == '@') && i + 1 < sql.size() &&
                             isWord(sql[i + 1]))) {
      end = behindWord(sql, i + 1);
      // x'…', e'…', b'…', n'…', u&'…': the letter belongs to the literal.
      if (end < sql.size() && sql[end] == '\'' && end - i == 1) {
        i = behindQuoted(sql, end, '\'', c == 'e' || c == 'E');
        add("?");
      } else {
        add(sql.substr(i, end - i));
        i = end;
      }
    } else {
      add(sql.substr(i, 1));
      ++i;
    }
  }
  if (text.size() <= limit) return text;
  std::size_t cut = limit;
  while (cut > 0 && (text[cut] & '\xc0') == '\x80')
    --cut;  // Not inside a character.
  return text.substr(0, cut) + "…";
}

}  // namespace repot
