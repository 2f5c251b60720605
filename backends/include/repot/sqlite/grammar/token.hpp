// SQLite's lexical rules.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace repot::sql {

/// What ends the reading of a statement; caught where the public functions begin.
struct SyntaxError {
  std::string message;
  std::size_t offset;
};

struct Token {
  enum class Kind { word, quotedName, string, blob, integer, real, parameter, symbol, end };
  Kind kind = Kind::end;
  std::string text;        ///< The value: quotes removed, inner ones undoubled.
  std::size_t offset = 0;  ///< In the source, in bytes.
  std::size_t length = 0;
  bool doubleQuoted = false;  ///< A quotedName written "so".
};

/// The tokens without blanks and comments, closed by one of Kind::end. Throws SyntaxError.
std::vector<Token> tokenize(std::string_view sql);

std::string upperAscii(std::string_view text);
bool equalsIgnoreCase(std::string_view a, std::string_view b);

/// Reads tokens one after the other; past the end it stays at the end.
class Cursor {
 public:
  explicit Cursor(std::string_view sql) : sql_(sql), tokens_(tokenize(sql)) {}

  const Token& peek(std::size_t ahead = 0) const;
  const Token& next();
  bool atEnd() const { return peek().kind == Token::Kind::end; }
  std::size_t position() const { return position_; }
  void rewind(std::size_t position) { position_ = position; }

  bool atWord(std::string_view word, std::size_t ahead = 0) const;
  bool atSymbol(std::string_view symbol, std::size_t ahead = 0) const;
  bool acceptWord(std::string_view word);
  bool acceptSymbol(std::string_view symbol);
  void expectWord(std::string_view word);
  void expectSymbol(std::string_view symbol);

  /// A name in any of SQLite's spellings, 'so' included.
  std::string expectName();
  /// `name` or `schema.name`; the schema is not kept.
  std::string expectObjectName();
  /// From "(" to its ")"; the text between them.
  std::string skipParentheses();
  /// The source between two positions, blanks at its ends excluded.
  std::string slice(std::size_t first, std::size_t last) const;

  /// True where the last token but one of a range is `word`.
  bool endsWith(std::string_view word, std::size_t first, std::size_t last) const;

  [[noreturn]] void fail(const std::string& expected) const;

  /// One level of a parser's recursion, for as long as the object lives. Throws SyntaxError where
  /// the text nests more deeply than the stack is sure to bear.
  class Level {
   public:
    explicit Level(Cursor& cursor);
    ~Level() { --cursor_.levels_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Cursor& cursor_;
  };

 private:
  std::string_view sql_;
  std::vector<Token> tokens_;
  std::size_t position_ = 0;
  std::size_t levels_ = 0;
};

}  // namespace repot::sql
