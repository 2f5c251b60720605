// Precedence climbing over SQLite's table of operators. What nobody takes apart (window functions,
// RAISE) is kept as one opaque node: statements stay readable around it.
#include "sqlite/grammar/expr_parser.hpp"

#include "sqlite/grammar/select_parser.hpp"
#include "sqlite/grammar/statement.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace repot::sql {
namespace {

using Kind = Expr::Kind;

// SQLite's precedence, lowest first.
enum Level {
  orLevel = 1,
  andLevel,
  notLevel,
  equalLevel,
  compareLevel,
  bitLevel,
  sumLevel,
  productLevel,
  concatLevel,
  collateLevel,
  unaryLevel
};

struct Operator {
  std::string_view spelling;
  std::string_view canonical;
  Level level;
};

constexpr std::array<Operator, 19> symbolOperators = {{{"=", "=", equalLevel},
                                                       {"==", "=", equalLevel},
                                                       {"<>", "<>", equalLevel},
                                                       {"!=", "<>", equalLevel},
                                                       {"<", "<", compareLevel},
                                                       {"<=", "<=", compareLevel},
                                                       {">", ">", compareLevel},
                                                       {">=", ">=", compareLevel},
                                                       {"&", "&", bitLevel},
                                                       {"|", "|", bitLevel},
                                                       {"<<", "<<", bitLevel},
                                                       {">>", ">>", bitLevel},
                                                       {"+", "+", sumLevel},
                                                       {"-", "-", sumLevel},
                                                       {"*", "*", productLevel},
                                                       {"/", "/", productLevel},
                                                       {"%", "%", productLevel},
                                                       {"||", "||", concatLevel},
                                                       {"->", "->", concatLevel}}};

constexpr std::array<std::string_view, 46> reservedWords = {
    "ADD",     "ALL",        "ALTER",      "AND",     "AS",       "AUTOINCREMENT",
    "BETWEEN", "CASE",       "CHECK",      "COLLATE", "COMMIT",   "CONSTRAINT",
    "CREATE",  "DEFAULT",    "DEFERRABLE", "DELETE",  "DISTINCT", "DROP",
    "ELSE",    "ESCAPE",     "FOREIGN",    "FROM",    "GROUP",    "HAVING",
    "IN",      "INDEX",      "INSERT",     "INTO",    "IS",       "JOIN",
    "LIMIT",   "NOT",        "NULL",       "ON",      "OR",       "ORDER",
    "PRIMARY", "REFERENCES", "SELECT",     "SET",     "TABLE",    "THEN",
    "TO",      "UNION",      "UNIQUE",     "WHERE"};

template <typename... Nodes>
std::vector<ExprPtr> list(Nodes... nodes) {
  std::vector<ExprPtr> children;
  (children.push_back(std::move(nodes)), ...);
  return children;
}

class ExprParser {
 public:
  explicit ExprParser(Cursor& cursor) : cursor_(cursor) {}

  ExprPtr parse(int lowest) {
    const Cursor::Level level(cursor_);
    ExprPtr left = parsePrefix();
    while (extend(left, lowest)) {
    }
    return left;
  }

 private:
  ExprPtr make(Kind kind, std::string text, std::vector<ExprPtr> children = {}) {
    return makeExpr(cursor_, kind, std::move(text), std::move(children));
  }

  ExprPtr parsePrefix() {
    if (cursor_.atWord("NOT") && !cursor_.atWord("EXISTS", 1)) {
      cursor_.next();
      return make(Kind::unary, "NOT", list(parse(notLevel)));
    }
    for (const std::string_view sign : {"-", "+", "~"}) {
      if (cursor_.acceptSymbol(sign))
        return make(Kind::unary, std::string(sign), list(parse(unaryLevel)));
    }
    return parsePrimary();
  }

  /// Takes one operator that binds at least as tightly as `lowest`, with its right side.
  bool extend(ExprPtr& left, int lowest) {
    if (cursor_.peek().kind == Token::Kind::symbol) return extendBySymbol(left, lowest);
    if (cursor_.peek().kind != Token::Kind::word) return false;
    for (const auto& [word, level] : {std::pair("OR", orLevel), std::pair("AND", andLevel)}) {
      if (lowest > level || !cursor_.atWord(word)) continue;
      cursor_.next();
      ExprPtr right = parse(level + 1);
      left = make(Kind::binary, word, list(std::move(left), std::move(right)));
      return true;
    }
    if (lowest <= collateLevel && cursor_.acceptWord("COLLATE")) {
      std::string collation = cursor_.expectName();
      left = make(Kind::collate, std::move(collation), list(std::move(left)));
      return true;
    }
    return lowest <= equalLevel && extendByWord(left);
  }

  bool extendBySymbol(ExprPtr& left, int lowest) {
    std::string_view symbol = cursor_.peek().text;
    if (symbol == "->>") symbol = "->";
    const auto found = std::find_if(symbolOperators.begin(), symbolOperators.end(),
                                    [&](const Operator& op) { return op.spelling == symbol; });
    if (found == symbolOperators.end() || found->level < lowest) return false;
    std::string text = cursor_.next().text;
    if (text != "->>") text = found->canonical;
    ExprPtr right = parse(found->level + 1);
    left = make(Kind::binary, std::move(text), list(std::move(left), std::move(right)));
    return true;
  }

  bool extendByWord(ExprPtr& left) {
    if (cursor_.acceptWord("ISNULL")) return isNull(left, false);
    if (cursor_.acceptWord("NOTNULL")) return isNull(left, true);
    if (cursor_.acceptWord("IS")) return extendByIs(left);
    const std::size_t start = cursor_.position();
    const bool negated = cursor_.acceptWord("NOT");
    if (negated && cursor_.acceptWord("NULL")) return isNull(left, true);
    if (cursor_.acceptWord("BETWEEN")) {
      ExprPtr low = parse(notLevel);
      cursor_.expectWord("AND");
      ExprPtr high = parse(compareLevel);
      left = make(Kind::between, {}, list(std::move(left), std::move(low), std::move(high)));
    } else if (cursor_.acceptWord("IN")) {
      left = parseIn(std::move(left));
    } else if (cursor_.atWord("LIKE") || cursor_.atWord("GLOB") || cursor_.atWord("REGEXP") ||
               cursor_.atWord("MATCH")) {
      std::string text = upperAscii(cursor_.next().text);
      ExprPtr pattern = parse(compareLevel);
      std::vector<ExprPtr> children = list(std::move(left), std::move(pattern));
      if (cursor_.acceptWord("ESCAPE")) children.push_back(parse(compareLevel));
      left = make(Kind::like, std::move(text), std::move(children));
    } else {
      cursor_.rewind(start);
      return false;
    }
    left->negated = negated;
    return true;
  }

  bool isNull(ExprPtr& left, bool negated) {
    left = make(Kind::is, {}, list(std::move(left), make(Kind::null, {})));
    left->negated = negated;
    return true;
  }

  bool extendByIs(ExprPtr& left) {
    bool negated = cursor_.acceptWord("NOT");
    if (cursor_.atWord("DISTINCT") && cursor_.atWord("FROM", 1)) {
      cursor_.next();
      cursor_.next();
      negated = !negated;
    }
    ExprPtr right = parse(compareLevel);
    left = make(Kind::is, {}, list(std::move(left), std::move(right)));
    left->negated = negated;
    return true;
  }

  ExprPtr parseIn(ExprPtr value) {
    if (!cursor_.atSymbol("(")) {
      std::string table = cursor_.expectObjectName();
      if (cursor_.atSymbol("(")) cursor_.skipParentheses();
      return make(Kind::in, {}, list(std::move(value), make(Kind::opaque, std::move(table))));
    }
    std::vector<ExprPtr> children = list(std::move(value));
    if (atSubquery()) {
      children.push_back(parseSubquery(Kind::subquery));
    } else {
      cursor_.expectSymbol("(");
      parseList(children);
    }
    return make(Kind::in, {}, std::move(children));
  }

  bool atSubquery() const {
    return cursor_.atWord("SELECT", 1) || cursor_.atWord("WITH", 1) || cursor_.atWord("VALUES", 1);
  }

  ExprPtr parseSubquery(Kind kind) {
    cursor_.expectSymbol("(");
    const std::size_t start = cursor_.position();
    auto select = std::make_shared<const Select>(parseSelect(cursor_));
    ExprPtr query = make(kind, cursor_.slice(start, cursor_.position()));
    query->select = std::move(select);
    cursor_.expectSymbol(")");
    return query;
  }

  /// Expressions up to and with ")".
  void parseList(std::vector<ExprPtr>& children) {
    if (cursor_.acceptSymbol(")")) return;
    do {
      children.push_back(parse(orLevel));
    } while (cursor_.acceptSymbol(","));
    cursor_.expectSymbol(")");
  }

  ExprPtr parsePrimary() {
    const Token& token = cursor_.peek();
    switch (token.kind) {
      case Token::Kind::integer:
        return make(Kind::integer, cursor_.next().text);
      case Token::Kind::real:
        return make(Kind::real, cursor_.next().text);
      case Token::Kind::string:
        return make(Kind::string, cursor_.next().text);
      case Token::Kind::blob:
        return make(Kind::blob, cursor_.next().text);
      case Token::Kind::parameter:
        return make(Kind::parameter, cursor_.next().text);
      case Token::Kind::word:
        return parseWord();
      case Token::Kind::quotedName:
        return parseName();
      case Token::Kind::symbol:
        if (token.text == "(") return parseParentheses();
        break;
      case Token::Kind::end:
        break;
    }
    cursor_.fail("an expression");
  }

  ExprPtr parseParentheses() {
    if (atSubquery()) return parseSubquery(Kind::subquery);
    cursor_.expectSymbol("(");
    std::vector<ExprPtr> children;
    parseList(children);
    if (children.empty()) cursor_.fail("an expression");
    if (children.size() == 1) return std::move(children.front());
    return make(Kind::row, {}, std::move(children));
  }

  ExprPtr parseWord() {
    if (cursor_.acceptWord("NULL")) return make(Kind::null, {});
    if (cursor_.acceptWord("CASE")) return parseCase();
    if (cursor_.atWord("CAST") && cursor_.atSymbol("(", 1)) return parseCast();
    const bool negated = cursor_.atWord("NOT") && cursor_.atWord("EXISTS", 1);
    if (negated) cursor_.next();
    if (cursor_.acceptWord("EXISTS")) {
      ExprPtr test = parseSubquery(Kind::exists);
      test->negated = negated;
      return test;
    }
    if (cursor_.atWord("RAISE") && cursor_.atSymbol("(", 1)) {
      const std::size_t start = cursor_.position();
      cursor_.next();
      cursor_.skipParentheses();
      return make(Kind::opaque, cursor_.slice(start, cursor_.position()));
    }
    const std::string upper = upperAscii(cursor_.peek().text);
    if (upper == "CURRENT_TIMESTAMP" || upper == "CURRENT_DATE" || upper == "CURRENT_TIME") {
      cursor_.next();
      return make(Kind::function, upper);
    }
    if (std::find(reservedWords.begin(), reservedWords.end(), upper) != reservedWords.end())
      cursor_.fail("an expression");
    return parseName();
  }

  ExprPtr parseName() {
    const bool quoted = cursor_.peek().doubleQuoted;
    std::string name = cursor_.expectName();
    if (cursor_.atSymbol("(")) return parseCall(std::move(name));
    ExprPtr column = make(Kind::column, std::move(name));
    column->quoted = quoted;
    while (cursor_.acceptSymbol(".")) {
      column->qualifier = std::move(column->text);
      column->text = cursor_.expectName();
      column->quoted = false;
    }
    return column;
  }

  ExprPtr parseCall(std::string name) {
    const std::size_t start = cursor_.position() - 1;
    cursor_.expectSymbol("(");
    const bool star = cursor_.atSymbol("*") && cursor_.atSymbol(")", 1);
    const bool distinct = cursor_.acceptWord("DISTINCT");
    std::vector<ExprPtr> arguments;
    if (star) cursor_.next();
    parseList(arguments);
    bool window = false;
    for (const std::string_view clause : {"FILTER", "OVER"}) {
      if (!cursor_.atWord(clause)) continue;
      window = true;
      cursor_.next();
      if (cursor_.atSymbol("(")) {
        cursor_.skipParentheses();
      } else {
        cursor_.expectName();
      }
    }
    if (window) return make(Kind::opaque, cursor_.slice(start, cursor_.position()));
    ExprPtr call = make(Kind::function, std::move(name), std::move(arguments));
    call->star = star;
    call->distinct = distinct;
    return call;
  }

  ExprPtr parseCast() {
    cursor_.next();
    cursor_.expectSymbol("(");
    ExprPtr value = parse(orLevel);
    cursor_.expectWord("AS");
    const std::size_t start = cursor_.position();
    while (!cursor_.atSymbol(")")) {
      if (cursor_.atEnd()) cursor_.fail("\")\"");
      if (cursor_.atSymbol("(")) {
        cursor_.skipParentheses();
      } else {
        cursor_.next();
      }
    }
    std::string type = cursor_.slice(start, cursor_.position());
    cursor_.next();
    return make(Kind::cast, std::move(type), list(std::move(value)));
  }

  ExprPtr parseCase() {
    std::vector<ExprPtr> children;
    const bool hasBase = !cursor_.atWord("WHEN");
    if (hasBase) children.push_back(parse(orLevel));
    do {
      cursor_.expectWord("WHEN");
      children.push_back(parse(orLevel));
      cursor_.expectWord("THEN");
      children.push_back(parse(orLevel));
    } while (cursor_.atWord("WHEN"));
    const bool hasElse = cursor_.acceptWord("ELSE");
    if (hasElse) children.push_back(parse(orLevel));
    cursor_.expectWord("END");
    ExprPtr node = make(Kind::caseWhen, {}, std::move(children));
    node->hasBase = hasBase;
    node->hasElse = hasElse;
    return node;
  }

  Cursor& cursor_;
};

}  // namespace

ExprPtr makeExpr(const Cursor& cursor, Kind kind, std::string text, std::vector<ExprPtr> children) {
  auto node = std::make_unique<Expr>();
  node->kind = kind;
  node->text = std::move(text);
  node->children = std::move(children);
  for (const ExprPtr& child : node->children)
    node->depth = std::max(node->depth, child->depth + 1);
  if (node->depth > Expr::maxDepth) cursor.fail("an expression of fewer levels");
  return node;
}

ExprPtr parseExpr(Cursor& cursor) {
  return ExprParser(cursor).parse(orLevel);
}

std::string parseParenthesized(Cursor& cursor, ExprPtr& tree) {
  const std::size_t start = cursor.position();
  std::string text = cursor.skipParentheses();
  const std::size_t after = cursor.position();
  cursor.rewind(start);
  try {
    cursor.expectSymbol("(");
    tree = parseExpr(cursor);
    cursor.expectSymbol(")");
  } catch (const SyntaxError&) {
    tree = nullptr;
  }
  if (cursor.position() != after) tree = nullptr;
  cursor.rewind(after);
  return text;
}

Parsed<ExprPtr> parseExpression(std::string_view sql) {
  return guarded<ExprPtr>([&] {
    Cursor cursor(sql);
    ExprPtr expr = parseExpr(cursor);
    if (!cursor.atEnd()) cursor.fail("the end of the expression");
    return expr;
  });
}

}  // namespace repot::sql
