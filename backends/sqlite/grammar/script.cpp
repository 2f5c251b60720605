// Scripts cut into statements; see script.hpp. Strict reading of one statement is token.cpp's work;
// here nothing may fail, and PostgreSQL's quotes are known too.
#include "sqlite/grammar/characters.hpp"

#include <repot/sqlite/grammar/script.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace repot::sql {
namespace {

using Kind = Token::Kind;

bool isBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == '\v';
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && isBlank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && isBlank(text.back()))
    text.remove_suffix(1);
  return std::string(text);
}

class ScriptLexer {
 public:
  ScriptLexer(std::string_view sql, std::vector<Comment>& comments)
      : sql_(sql), comments_(comments) {}

  /// False at the end.
  bool next(Token& token) {
    skip();
    if (at_ >= sql_.size()) return false;
    const std::size_t start = at_;
    token = read();
    token.offset = start;
    token.length = at_ - start;
    return true;
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0';
  }

  void skip() {
    while (at_ < sql_.size()) {
      const std::string_view rest = sql_.substr(at_);
      if (isBlank(rest[0])) {
        ++at_;
      } else if (rest.starts_with("--")) {
        const std::size_t end = std::min(sql_.find('\n', at_), sql_.size());
        comments_.push_back({trimmed(sql_.substr(at_ + 2, end - at_ - 2)), at_});
        at_ = end;
      } else if (rest.starts_with("/*")) {
        const std::size_t close = sql_.find("*/", at_ + 2);
        const std::size_t end = std::min(close, sql_.size());
        comments_.push_back({trimmed(sql_.substr(at_ + 2, end - at_ - 2)), at_});
        at_ = close == std::string_view::npos ? sql_.size() : close + 2;
      } else if (rest[0] == '\\' && (at_ == 0 || sql_[at_ - 1] == '\n')) {
        at_ = std::min(sql_.find('\n', at_), sql_.size());
      } else {
        return;
      }
    }
  }

  Token read() {
    const char c = peek();
    if (c == '\'') return quoted(Kind::string, '\'', false);
    if ((c == 'e' || c == 'E') && peek(1) == '\'') {
      ++at_;
      return quoted(Kind::string, '\'', true);
    }
    if (c == '"' || c == '`') return quoted(Kind::quotedName, c, false);
    if ((c == 'x' || c == 'X') && peek(1) == '\'') {
      ++at_;
      Token token = quoted(Kind::blob, '\'', false);
      return token;
    }
    if (c == '$' && !isDigit(peek(1))) {
      if (Token token; dollarQuoted(token)) return token;
    }
    if (c == '[' && !followsWord()) {
      if (Token token; bracketed(token)) return token;
    }
    if (isWordStart(c)) return taken(Kind::word, isWordPart);
    if (isDigit(c) || (c == '.' && isDigit(peek(1)))) return number();
    if ((c == ':' && peek(1) != ':' && peek(1) != '=') || c == '?' || c == '@' || c == '$') {
      ++at_;
      Token token = taken(Kind::parameter, isWordPart);
      token.text.insert(0, 1, c);
      return token;
    }
    return symbol();
  }

  template <typename Test>
  Token taken(Kind kind, Test test) {
    Token token;
    token.kind = kind;
    while (at_ < sql_.size() && test(sql_[at_]))
      token.text += sql_[at_++];
    return token;
  }

  Token number() {
    Token token = taken(Kind::integer, [](char c) { return isWordPart(c) || c == '.'; });
    if (token.text.find('.') != std::string::npos) token.kind = Kind::real;
    return token;
  }

  Token quoted(Kind kind, char quote, bool escapes) {
    Token token;
    token.kind = kind;
    token.doubleQuoted = quote == '"';
    for (++at_; at_ < sql_.size(); ++at_) {
      if (escapes && sql_[at_] == '\\' && at_ + 1 < sql_.size()) {
        ++at_;
      } else if (sql_[at_] == quote) {
        ++at_;
        if (peek() != quote) return token;
      }
      if (at_ < sql_.size()) token.text += sql_[at_];
    }
    return token;
  }

  /// PostgreSQL's $tag$ … $tag$.
  bool dollarQuoted(Token& token) {
    std::size_t end = at_ + 1;
    while (end < sql_.size() && isWordPart(sql_[end]) && sql_[end] != '$')
      ++end;
    if (end >= sql_.size() || sql_[end] != '$') return false;
    const std::string_view tag = sql_.substr(at_, end + 1 - at_);
    const std::size_t close = sql_.find(tag, end + 1);
    if (close == std::string_view::npos) return false;
    token.kind = Kind::string;
    token.text = std::string(sql_.substr(end + 1, close - end - 1));
    at_ = close + tag.size();
    return true;
  }

  /// After a word, as in ARRAY[1] and integer[], brackets hold no name.
  bool followsWord() const {
    return at_ > 0 && (isWordPart(sql_[at_ - 1]) || sql_[at_ - 1] == ']');
  }

  bool bracketed(Token& token) {
    const std::size_t end = sql_.find(']', at_);
    if (end == std::string_view::npos) return false;
    token.kind = Kind::quotedName;
    token.text = std::string(sql_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return true;
  }

  Token symbol() {
    static constexpr std::array<std::string_view, 12> longer = {
        "->>", "::", ":=", "->", "||", "<<", ">>", "<=", ">=", "<>", "==", "!="};
    std::size_t length = 1;
    for (const std::string_view candidate : longer) {
      if (sql_.substr(at_).starts_with(candidate)) {
        length = candidate.size();
        break;
      }
    }
    Token token;
    token.kind = Kind::symbol;
    token.text = std::string(sql_.substr(at_, length));
    at_ += length;
    return token;
  }

  std::string_view sql_;
  std::vector<Comment>& comments_;
  std::size_t at_ = 0;
};

/// Knows where in a CREATE TRIGGER (or a function with BEGIN ATOMIC) semicolons end nothing.
class BodyTracker {
 public:
  void add(const std::vector<Token>& tokens) {
    const Token& token = tokens.back();
    if (token.kind != Kind::word) return;
    if (!isTrigger_ && tokens.size() <= 4 && equalsIgnoreCase(token.text, "TRIGGER"))
      isTrigger_ = equalsIgnoreCase(tokens.front().text, "CREATE");
    const bool atomic = tokens.size() > 1 && equalsIgnoreCase(token.text, "ATOMIC") &&
                        equalsIgnoreCase(tokens[tokens.size() - 2].text, "BEGIN");
    if (atomic || (isTrigger_ && depth_ == 0 && equalsIgnoreCase(token.text, "BEGIN"))) {
      ++depth_;
    } else if (depth_ > 0 && equalsIgnoreCase(token.text, "CASE")) {
      ++depth_;
    } else if (depth_ > 0 && equalsIgnoreCase(token.text, "END")) {
      --depth_;
    }
  }
  bool inside() const { return depth_ > 0; }
  void reset() { *this = {}; }

 private:
  bool isTrigger_ = false;
  int depth_ = 0;
};

}  // namespace

Script splitScript(std::string_view sql) {
  Script script;
  ScriptLexer lexer(sql, script.comments);
  BodyTracker body;
  ScriptStatement statement;
  const auto finish = [&] {
    body.reset();
    if (statement.tokens.empty()) return;
    const Token& last = statement.tokens.back();
    statement.offset = statement.tokens.front().offset;
    statement.length = last.offset + last.length - statement.offset;
    script.statements.push_back(std::exchange(statement, {}));
  };
  for (Token token; lexer.next(token);) {
    const bool semicolon = token.kind == Kind::symbol && token.text == ";";
    if (semicolon && !body.inside()) {
      finish();
      continue;
    }
    statement.tokens.push_back(std::move(token));
    body.add(statement.tokens);
  }
  finish();
  return script;
}

}  // namespace repot::sql
