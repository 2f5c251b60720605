// SQL of either database taken apart into words, quoted texts and signs: no grammar, and any bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace repot::schema {

enum class SqlKind : std::uint8_t {
  blank,   ///< Blanks, or a comment.
  word,    ///< A keyword or a name without quotes.
  number,  ///< 1, .5, 1.5e-3, 0xff
  text,    ///< '…', E'…', X'…', B'…', N'…', $tag$…$tag$
  name,    ///< "…", `…`, […]
  sign,    ///< One character, or an operator of two.
};

struct SqlToken {
  SqlKind kind;
  std::string_view text;  ///< With its quotes.
};

/// Gives one token after the other; together they are the whole text. Whatever is not closed goes
/// on to the end.
class SqlScanner {
 public:
  explicit SqlScanner(std::string_view sql) : rest_(sql) {}
  std::optional<SqlToken> next();

 private:
  SqlToken measure() const;
  SqlToken token(SqlKind kind, std::size_t size) const { return {kind, rest_.substr(0, size)}; }
  std::size_t endOf(std::string_view mark, std::size_t from) const;
  std::size_t endOfQuoted(std::size_t open, bool escapes) const;
  std::size_t endOfNumber() const;
  SqlToken dollar() const;
  SqlToken sign() const;

  std::string_view rest_;
  bool afterOperand_ = false;  ///< Right behind one a '[' begins no name: ARRAY[1], f(x)[1].
};

/// What a token of kind name stands for.
std::string unquoted(std::string_view name);

}  // namespace repot::schema
