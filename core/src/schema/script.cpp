// Statements in texts of SQL; see script.hpp.
#include "schema/script.hpp"

#include "schema/sql_scanner.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace repot::schema {
namespace {

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return result;
}

/// For messages and comments: on one line, and cut.
std::string oneLine(std::string text) {
  constexpr std::size_t most = 80;
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < ' '; }, ' ');
  while (text.ends_with(' '))
    text.pop_back();
  if (text.size() <= most) return text;
  std::size_t end = most;
  while ((static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
    --end;  // Not in the middle of a character.
  return text.substr(0, end) + "…";
}

bool isOneOf(const std::string& word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Whether a statement of these words, in capitals, leaves all data as it is. What is not known to
/// do so does not.
bool losesNothing(const std::vector<std::string>& words) {
  if (words.empty()) return true;
  const auto has = [&](std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  const std::string& first = words.front();
  if (first == "INSERT") return !has("REPLACE") && !has("UPDATE");
  if (isOneOf(first, {"CREATE", "COMMENT", "GRANT", "REVOKE", "SELECT", "ANALYZE", "REINDEX"}))
    return true;
  if (has("CASCADE") || !isOneOf(first, {"DROP", "ALTER"})) return false;
  if (first == "DROP") {
    return words.size() > 1 && isOneOf(words[1], {"INDEX", "VIEW", "TRIGGER", "MATERIALIZED",
                                                  "FUNCTION", "PROCEDURE", "RULE", "POLICY"});
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& next = i + 1 < words.size() ? words[i + 1] : first;
    const bool harmless = isOneOf(next, {"CONSTRAINT", "DEFAULT", "NOT", "IDENTITY", "EXPRESSION"});
    if (words[i] == "TYPE" || (words[i] == "DROP" && !harmless)) return false;
  }
  return true;
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

  bool isInBody() const { return depth_ > 0; }

  /// A semicolon, or the end of the text.
  std::optional<std::string> end() {
    if (isInBody()) return std::nullopt;
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
  SqlScanner scanner(sql);
  while (const auto token = scanner.next()) {
    if (token->kind == SqlKind::blank) {
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
  SqlScanner scanner(sql);
  int line = 1;
  while (const auto token = scanner.next()) {
    std::optional<std::string> found;
    if (token->kind == SqlKind::word) found = walk.take(upper(token->text));
    if (token->text == ";") found = walk.end();
    if (found) return TransactionStatement{*found, line};
    line += static_cast<int>(std::count(token->text.begin(), token->text.end(), '\n'));
  }
  const auto last = walk.end();
  if (last) return TransactionStatement{*last, line};
  return std::nullopt;
}

std::vector<std::string> losingStatementsIn(std::string_view sql) {
  std::vector<std::string> found, words;
  std::string text;
  StatementWalk walk;
  const auto end = [&] {
    if (!losesNothing(words)) found.push_back(oneLine(text));
    words.clear();
    text.clear();
  };
  SqlScanner scanner(sql);
  while (const auto token = scanner.next()) {
    if (token->kind == SqlKind::word) {
      words.push_back(upper(token->text));
      walk.take(words.back());
    }
    if (token->text == ";" && !walk.isInBody()) {
      walk.end();
      end();
    } else if (!text.empty() || token->kind != SqlKind::blank) {
      text += token->kind == SqlKind::blank ? " " : std::string(token->text);
    }
  }
  end();
  return found;
}

}  // namespace repot::schema
