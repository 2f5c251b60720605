// A scanner for the SQL of both databases; see script.hpp.
#include "schema/script.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>

namespace repot::schema {
namespace {

bool isWordCharacter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || byte >= 0x80;
}

bool isBlank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

enum class Kind : std::uint8_t { blank, word, quoted, sign };

struct Token {
  Kind kind;
  std::string_view text;
};

/// Takes a text apart, token by token; whatever is not closed goes on to the end.
class Scanner {
 public:
  explicit Scanner(std::string_view sql) : rest_(sql) {}

  std::optional<Token> next() {
    if (rest_.empty()) return std::nullopt;
    const auto [kind, size] = measure();
    const Token token{kind, rest_.substr(0, size)};
    rest_.remove_prefix(token.text.size());
    return token;
  }

 private:
  struct Extent {
    Kind kind;
    std::size_t size;
  };

  Extent measure() const {
    const char c = rest_.front();
    if (isBlank(c)) return {Kind::blank, extent(isBlank)};
    if (rest_.starts_with("--")) return {Kind::blank, endOf("\n", 2)};
    if (rest_.starts_with("/*")) return {Kind::blank, endOf("*/", 2)};
    if (c == '\'' || c == '"' || c == '`') return {Kind::quoted, quoted(0, c, false)};
    if ((c == 'e' || c == 'E') && rest_.size() > 1 && rest_[1] == '\'')
      return {Kind::quoted, quoted(1, '\'', true)};
    if (c == '$') return dollar();
    if (isWordCharacter(c)) return {Kind::word, extent(isWordCharacter)};
    return {Kind::sign, 1};
  }

  template <typename Predicate>
  std::size_t extent(Predicate belongs) const {
    return static_cast<std::size_t>(std::find_if_not(rest_.begin(), rest_.end(), belongs) -
                                    rest_.begin());
  }

  std::size_t endOf(std::string_view mark, std::size_t from) const {
    const std::size_t found = rest_.find(mark, from);
    return found == std::string_view::npos ? rest_.size() : found + mark.size();
  }

  /// A doubled quote ends one token and begins the next, which comes to the same.
  std::size_t quoted(std::size_t open, char quote, bool escapes) const {
    for (std::size_t i = open + 1; i < rest_.size(); ++i) {
      if (escapes && rest_[i] == '\\') {
        ++i;
      } else if (rest_[i] == quote) {
        return i + 1;
      }
    }
    return rest_.size();
  }

  /// PostgreSQL's $tag$ … $tag$; a lone '$' is a sign.
  Extent dollar() const {
    const std::size_t end = rest_.find('$', 1);
    if (end == std::string_view::npos ||
        !std::all_of(rest_.begin() + 1, rest_.begin() + static_cast<std::ptrdiff_t>(end),
                     isWordCharacter)) {
      return {Kind::sign, 1};
    }
    return {Kind::quoted, endOf(rest_.substr(0, end + 1), end + 1)};
  }

  std::string_view rest_;
};

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return result;
}

/// Follows the words of a script and tells where its statements begin.
class StatementWalk {
 public:
  /// The word of a transaction's begin or end, once it is certain that it is one.
  std::optional<std::string> take(const std::string& word) {
    ++words_;
    if (words_ == 1) {
      first_ = word;
      if (word != "ROLLBACK" && word != "PREPARE" && isTransaction(word)) return word;
      return std::nullopt;
    }
    if (first_ == "PREPARE" && words_ == 2 && word == "TRANSACTION") return "PREPARE TRANSACTION";
    if (first_ == "ROLLBACK" && word == "TO") toSavepoint_ = true;
    if (first_ == "CREATE") takeOfCreate(word);
    return std::nullopt;
  }

  /// A semicolon, or the end of the text.
  std::optional<std::string> end() {
    if (depth_ > 0) return std::nullopt;
    const bool rolledBack = first_ == "ROLLBACK" && !toSavepoint_;
    *this = StatementWalk();
    return rolledBack ? std::optional<std::string>("ROLLBACK") : std::nullopt;
  }

 private:
  static bool isTransaction(const std::string& word) {
    for (const char* one : {"BEGIN", "START", "COMMIT", "END", "ABORT"}) {
      if (word == one) return true;
    }
    return false;
  }

  /// Bodies: BEGIN … END, with CASE … END inside.
  void takeOfCreate(const std::string& word) {
    if (word == "TRIGGER" || word == "FUNCTION" || word == "PROCEDURE") mayHaveBody_ = true;
    if (!mayHaveBody_) return;
    if (word == "BEGIN" && depth_ == 0) {
      depth_ = 1;
    } else if (word == "CASE" && depth_ > 0) {
      ++depth_;
    } else if (word == "END" && depth_ > 0) {
      --depth_;
    }
  }

  std::string first_;
  int words_ = 0;
  int depth_ = 0;
  bool mayHaveBody_ = false;
  bool toSavepoint_ = false;
};

}  // namespace

std::string normalizedSql(std::string_view sql) {
  std::string result;
  bool blank = false;
  Scanner scanner(sql);
  while (const auto token = scanner.next()) {
    if (token->kind == Kind::blank) {
      blank = true;
      continue;
    }
    if (blank && !result.empty()) result += ' ';
    blank = false;
    result += token->text;
  }
  return result;
}

std::optional<TransactionStatement> transactionStatementIn(std::string_view sql) {
  StatementWalk walk;
  Scanner scanner(sql);
  int line = 1;
  while (const auto token = scanner.next()) {
    std::optional<std::string> found;
    if (token->kind == Kind::word) found = walk.take(upper(token->text));
    if (token->text == ";") found = walk.end();
    if (found) return TransactionStatement{*found, line};
    line += static_cast<int>(std::count(token->text.begin(), token->text.end(), '\n'));
  }
  const auto last = walk.end();
  if (last) return TransactionStatement{*last, line};
  return std::nullopt;
}

}  // namespace repot::schema
