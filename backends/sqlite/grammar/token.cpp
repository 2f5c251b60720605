// Follows the tokenizer of SQLite byte for byte: bytes above 127 belong to words, comments may end
// with the input, "--" runs to the end of the line.
#include "sqlite/grammar/characters.hpp"

#include <repot/sqlite/grammar/token.hpp>

#include <algorithm>
#include <array>

namespace repot::sql {
namespace {

using Kind = Token::Kind;

bool isHexDigit(char c) {
  return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool isBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

class Lexer {
 public:
  explicit Lexer(std::string_view sql) : sql_(sql) {}

  std::vector<Token> run() {
    std::vector<Token> tokens;
    for (skipBlanks(); position_ < sql_.size(); skipBlanks()) {
      start_ = position_;
      Token token = read();
      token.offset = start_;
      token.length = position_ - start_;
      tokens.push_back(std::move(token));
    }
    Token end;
    end.offset = sql_.size();
    tokens.push_back(std::move(end));
    return tokens;
  }

 private:
  char at(std::size_t position) const { return position < sql_.size() ? sql_[position] : '\0'; }

  void skipBlanks() {
    while (position_ < sql_.size()) {
      if (isBlank(sql_[position_])) {
        ++position_;
      } else if (sql_.substr(position_, 2) == "--") {
        position_ = std::min(sql_.find('\n', position_), sql_.size());
      } else if (sql_.substr(position_, 2) == "/*") {
        const std::size_t end = sql_.find("*/", position_ + 2);
        position_ = end == std::string_view::npos ? sql_.size() : end + 2;
      } else {
        return;
      }
    }
  }

  Token read() {
    const char c = sql_[position_];
    if (c == '\'') return quoted(Kind::string, '\'');
    if (c == '"' || c == '`') return quoted(Kind::quotedName, c);
    if (c == '[') return bracketed();
    if ((c == 'x' || c == 'X') && at(position_ + 1) == '\'') return blob();
    if (isDigit(c) || (c == '.' && isDigit(at(position_ + 1)))) return number();
    if (isWordStart(c)) return Token{Kind::word, std::string(takeWhile(isWordPart)), 0, 0, false};
    if (c == '?' || c == ':' || c == '@' || c == '#' || c == '$') {
      ++position_;
      takeWhile(isWordPart);
      return Token{Kind::parameter, std::string(sql_.substr(start_, position_ - start_)), 0, 0,
                   false};
    }
    return symbol();
  }

  template <typename Test>
  std::string_view takeWhile(Test test) {
    const std::size_t from = position_;
    while (position_ < sql_.size() && test(sql_[position_]))
      ++position_;
    return sql_.substr(from, position_ - from);
  }

  Token quoted(Kind kind, char quote) {
    Token token;
    token.kind = kind;
    token.doubleQuoted = quote == '"';
    for (++position_; position_ < sql_.size(); ++position_) {
      if (sql_[position_] == quote) {
        ++position_;
        if (at(position_) != quote) return token;
      }
      if (position_ < sql_.size()) token.text += sql_[position_];
    }
    throw SyntaxError{std::string("a ") + quote + " without its end", start_};
  }

  Token bracketed() {
    const std::size_t end = sql_.find(']', position_);
    if (end == std::string_view::npos) throw SyntaxError{"a [ without its ]", start_};
    Token token;
    token.kind = Kind::quotedName;
    token.text = std::string(sql_.substr(position_ + 1, end - position_ - 1));
    position_ = end + 1;
    return token;
  }

  Token blob() {
    position_ += 2;
    const std::string_view digits = takeWhile(isHexDigit);
    if (at(position_) != '\'' || digits.size() % 2 != 0)
      throw SyntaxError{"a malformed blob literal", start_};
    ++position_;
    return Token{Kind::blob, std::string(digits), 0, 0, false};
  }

  Token number() {
    Token token;
    token.kind = Kind::integer;
    const char second = at(position_ + 1);
    if (sql_[position_] == '0' && (second == 'x' || second == 'X') &&
        isHexDigit(at(position_ + 2))) {
      position_ += 2;
      takeWhile(isHexDigit);
    } else {
      decimal(token);
    }
    if (position_ < sql_.size() && isWordPart(sql_[position_]))
      throw SyntaxError{"a malformed number", start_};
    token.text = std::string(sql_.substr(start_, position_ - start_));
    return token;
  }

  void decimal(Token& token) {
    takeWhile(isDigit);
    if (at(position_) == '.') {
      token.kind = Kind::real;
      ++position_;
      takeWhile(isDigit);
    }
    if (at(position_) != 'e' && at(position_) != 'E') return;
    const bool sign = at(position_ + 1) == '+' || at(position_ + 1) == '-';
    if (!isDigit(at(position_ + (sign ? 2 : 1)))) return;
    token.kind = Kind::real;
    position_ += sign ? 2 : 1;
    takeWhile(isDigit);
  }

  Token symbol() {
    static constexpr std::array<std::string_view, 10> longer = {"->>", "->", "||", "<<", ">>",
                                                                "<=",  ">=", "<>", "==", "!="};
    const std::string_view rest = sql_.substr(position_);
    for (const std::string_view candidate : longer) {
      if (!rest.starts_with(candidate)) continue;
      position_ += candidate.size();
      return Token{Kind::symbol, std::string(candidate), 0, 0, false};
    }
    if (std::string_view("-+*/%()<>=,&|~;.").find(rest[0]) == std::string_view::npos)
      throw SyntaxError{"a byte that no statement may have here", start_};
    ++position_;
    return Token{Kind::symbol, std::string(rest.substr(0, 1)), 0, 0, false};
  }

  std::string_view sql_;
  std::size_t position_ = 0;
  std::size_t start_ = 0;
};

}  // namespace

std::vector<Token> tokenize(std::string_view sql) {
  return Lexer(sql).run();
}

std::string upperAscii(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

bool equalsIgnoreCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && upperAscii(a) == upperAscii(b);
}

const Token& Cursor::peek(std::size_t ahead) const {
  return tokens_[std::min(position_ + ahead, tokens_.size() - 1)];
}

const Token& Cursor::next() {
  const Token& token = peek();
  if (position_ + 1 < tokens_.size()) ++position_;
  return token;
}

bool Cursor::atWord(std::string_view word, std::size_t ahead) const {
  const Token& token = peek(ahead);
  return token.kind == Kind::word && equalsIgnoreCase(token.text, word);
}

bool Cursor::atSymbol(std::string_view symbol, std::size_t ahead) const {
  const Token& token = peek(ahead);
  return token.kind == Kind::symbol && token.text == symbol;
}

bool Cursor::acceptWord(std::string_view word) {
  if (!atWord(word)) return false;
  next();
  return true;
}

bool Cursor::acceptSymbol(std::string_view symbol) {
  if (!atSymbol(symbol)) return false;
  next();
  return true;
}

void Cursor::expectWord(std::string_view word) {
  if (!acceptWord(word)) fail(std::string(word));
}

void Cursor::expectSymbol(std::string_view symbol) {
  if (!acceptSymbol(symbol)) fail("\"" + std::string(symbol) + "\"");
}

std::string Cursor::expectName() {
  const Kind kind = peek().kind;
  if (kind != Kind::word && kind != Kind::quotedName && kind != Kind::string) fail("a name");
  return next().text;
}

std::string Cursor::expectObjectName() {
  std::string name = expectName();
  return acceptSymbol(".") ? expectName() : name;
}

std::string Cursor::skipParentheses() {
  expectSymbol("(");
  const std::size_t first = position_;
  std::size_t open = 1;
  while (true) {
    if (atEnd()) fail("\")\"");
    if (atSymbol("(")) ++open;
    if (atSymbol(")") && --open == 0) break;
    next();
  }
  std::string text = slice(first, position_);
  next();
  return text;
}

std::string Cursor::slice(std::size_t first, std::size_t last) const {
  if (first >= last) return {};
  const Token& end = tokens_[last - 1];
  const std::size_t from = tokens_[first].offset;
  return std::string(sql_.substr(from, end.offset + end.length - from));
}

bool Cursor::endsWith(std::string_view word, std::size_t first, std::size_t last) const {
  if (last < first + 3) return false;
  const Token& token = tokens_[last - 2];
  return token.kind == Kind::word && equalsIgnoreCase(token.text, word);
}

Cursor::Level::Level(Cursor& cursor) : cursor_(cursor) {
  constexpr std::size_t deepest = 1000;
  if (cursor.levels_ == deepest) cursor.fail("a statement nested less deeply");
  ++cursor.levels_;
}

void Cursor::fail(const std::string& expected) const {
  const Token& token = peek();
  if (token.kind == Kind::end)
    throw SyntaxError{"expected " + expected + " at the end", token.offset};
  constexpr std::size_t longest = 40;
  const std::string found(sql_.substr(token.offset, std::min(token.length, longest)));
  throw SyntaxError{"expected " + expected + ", found " + found, token.offset};
}

}  // namespace repot::sql
