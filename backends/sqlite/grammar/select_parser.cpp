// SELECT and VALUES, with WITH, compounds, joins, ORDER BY and LIMIT. A WINDOW clause is an error:
// window functions are not taken apart.
#include "sqlite/grammar/select_parser.hpp"

#include "sqlite/grammar/expr_parser.hpp"
#include "sqlite/grammar/statement.hpp"

#include <algorithm>
#include <array>

namespace repot::sql {
namespace {

/// Words that follow a table or a result column, and so are never its alias unless AS says so.
constexpr std::array<std::string_view, 24> clauseWords = {
    "ON",    "USING",  "FROM",      "WHERE",  "GROUP",   "HAVING", "ORDER",   "LIMIT",
    "UNION", "EXCEPT", "INTERSECT", "WINDOW", "JOIN",    "LEFT",   "RIGHT",   "FULL",
    "INNER", "OUTER",  "CROSS",     "OFFSET", "NATURAL", "NOT",    "INDEXED", "AS"};

class SelectParser {
 public:
  explicit SelectParser(Cursor& cursor) : cursor_(cursor) {}

  Select parse() {
    const Cursor::Level level(cursor_);
    Select select;
    if (cursor_.acceptWord("WITH")) parseWith(select);
    select.cores.push_back(parseCore());
    for (std::string op = acceptCompound(); !op.empty(); op = acceptCompound()) {
      select.operators.push_back(std::move(op));
      select.cores.push_back(parseCore());
    }
    if (cursor_.acceptWord("ORDER")) parseOrder(select);
    if (cursor_.acceptWord("LIMIT")) parseLimit(select);
    return select;
  }

 private:
  void parseWith(Select& select) {
    // A table may be called "recursive".
    if (!cursor_.atWord("AS", 1) && !cursor_.atSymbol("(", 1)) cursor_.acceptWord("RECURSIVE");
    do {
      CommonTable& table = select.with.emplace_back();
      table.name = cursor_.expectName();
      if (cursor_.atSymbol("(")) table.columns = parseNames();
      cursor_.expectWord("AS");
      cursor_.acceptWord("NOT");
      cursor_.acceptWord("MATERIALIZED");
      cursor_.expectSymbol("(");
      table.select = std::make_unique<Select>(parse());
      cursor_.expectSymbol(")");
    } while (cursor_.acceptSymbol(","));
  }

  std::vector<std::string> parseNames() {
    std::vector<std::string> names;
    cursor_.expectSymbol("(");
    do {
      names.push_back(cursor_.expectName());
    } while (cursor_.acceptSymbol(","));
    cursor_.expectSymbol(")");
    return names;
  }

  std::string acceptCompound() {
    if (cursor_.acceptWord("UNION")) return cursor_.acceptWord("ALL") ? "UNION ALL" : "UNION";
    if (cursor_.acceptWord("EXCEPT")) return "EXCEPT";
    return cursor_.acceptWord("INTERSECT") ? "INTERSECT" : "";
  }

  SelectCore parseCore() {
    SelectCore core;
    if (cursor_.acceptWord("VALUES")) {
      do {
        cursor_.expectSymbol("(");
        core.values.push_back(parseExpressions());
        cursor_.expectSymbol(")");
      } while (cursor_.acceptSymbol(","));
      return core;
    }
    cursor_.expectWord("SELECT");
    core.distinct = cursor_.acceptWord("DISTINCT");
    if (!core.distinct) cursor_.acceptWord("ALL");
    do {
      core.columns.push_back(parseResultColumn());
    } while (cursor_.acceptSymbol(","));
    if (cursor_.acceptWord("FROM")) core.from = parseFrom();
    if (cursor_.acceptWord("WHERE")) core.where = parseExpr(cursor_);
    if (cursor_.acceptWord("GROUP")) {
      cursor_.expectWord("BY");
      core.groupBy = parseExpressions();
    }
    if (cursor_.acceptWord("HAVING")) core.having = parseExpr(cursor_);
    return core;
  }

  std::vector<ExprPtr> parseExpressions() {
    std::vector<ExprPtr> list;
    do {
      list.push_back(parseExpr(cursor_));
    } while (cursor_.acceptSymbol(","));
    return list;
  }

  ResultColumn parseResultColumn() {
    ResultColumn column;
    if (cursor_.acceptSymbol("*")) return column;
    if (cursor_.atSymbol(".", 1) && cursor_.atSymbol("*", 2)) {
      column.starTable = cursor_.expectName();
      cursor_.next();
      cursor_.next();
      return column;
    }
    column.expr = parseExpr(cursor_);
    column.alias = parseAlias();
    return column;
  }

  std::string parseAlias() {
    if (cursor_.acceptWord("AS")) return cursor_.expectName();
    const Token& token = cursor_.peek();
    if (token.kind == Token::Kind::quotedName || token.kind == Token::Kind::string)
      return cursor_.expectName();
    if (token.kind != Token::Kind::word) return {};
    const std::string word = upperAscii(token.text);
    const bool clause =
        std::find(clauseWords.begin(), clauseWords.end(), word) != clauseWords.end();
    return clause ? std::string() : cursor_.expectName();
  }

  std::vector<FromItem> parseFrom() {
    std::vector<FromItem> items;
    items.push_back(parseItem());
    for (;;) {
      FromItem how;
      if (!acceptJoin(how)) return items;
      FromItem item = parseItem();
      item.join = how.join;
      item.natural = how.natural;
      if (cursor_.acceptWord("ON")) {
        item.on = parseExpr(cursor_);
      } else if (cursor_.acceptWord("USING")) {
        item.usingColumns = parseNames();
      }
      items.push_back(std::move(item));
    }
  }

  bool acceptJoin(FromItem& how) {
    how.join = FromItem::Join::inner;
    if (cursor_.acceptSymbol(",") || cursor_.acceptWord("JOIN")) return true;
    const std::size_t start = cursor_.position();
    bool left = false, right = false;
    for (bool more = true; more;) {
      more = false;
      for (const std::string_view word :
           {"NATURAL", "LEFT", "RIGHT", "FULL", "INNER", "OUTER", "CROSS"}) {
        if (!cursor_.acceptWord(word)) continue;
        more = true;
        how.natural = how.natural || word == "NATURAL";
        left = left || word == "LEFT" || word == "FULL";
        right = right || word == "RIGHT" || word == "FULL";
      }
    }
    if (cursor_.position() == start) return false;
    cursor_.expectWord("JOIN");
    if (left || right) {
      how.join = !right  ? FromItem::Join::left
                 : !left ? FromItem::Join::right
                         : FromItem::Join::full;
    }
    return true;
  }

  FromItem parseItem() {
    const Cursor::Level level(cursor_);
    FromItem item;
    if (cursor_.acceptSymbol("(")) {
      const bool query =
          cursor_.atWord("SELECT") || cursor_.atWord("WITH") || cursor_.atWord("VALUES");
      if (query) {
        item.select = std::make_unique<Select>(parse());
      } else {
        item.nested = parseFrom();
      }
      cursor_.expectSymbol(")");
      item.alias = parseAlias();
      return item;
    }
    item.table = cursor_.expectName();
    if (cursor_.acceptSymbol(".")) {
      item.schema = std::move(item.table);
      item.table = cursor_.expectName();
    }
    if (cursor_.atSymbol("(")) {
      item.function = true;
      cursor_.skipParentheses();
    }
    item.alias = parseAlias();
    if (cursor_.acceptWord("INDEXED")) {
      cursor_.expectWord("BY");
      cursor_.expectName();
    } else if (cursor_.atWord("NOT") && cursor_.atWord("INDEXED", 1)) {
      cursor_.next();
      cursor_.next();
    }
    return item;
  }

  void parseOrder(Select& select) {
    cursor_.expectWord("BY");
    do {
      OrderTerm& term = select.orderBy.emplace_back();
      term.expr = parseExpr(cursor_);
      term.descending = cursor_.acceptWord("DESC");
      cursor_.acceptWord("ASC");
      if (cursor_.acceptWord("NULLS")) term.nulls = upperAscii(cursor_.expectName());
    } while (cursor_.acceptSymbol(","));
  }

  void parseLimit(Select& select) {
    select.limit = parseExpr(cursor_);
    if (cursor_.acceptWord("OFFSET")) {
      select.offset = parseExpr(cursor_);
    } else if (cursor_.acceptSymbol(",")) {
      select.offset = std::move(select.limit);
      select.limit = parseExpr(cursor_);
    }
  }

  Cursor& cursor_;
};

}  // namespace

Select parseSelect(Cursor& cursor) {
  return SelectParser(cursor).parse();
}

Parsed<Select> parseSelect(std::string_view sql) {
  return guarded<Select>([&] {
    Cursor cursor(sql);
    Select select = parseSelect(cursor);
    expectStatementEnd(cursor);
    return select;
  });
}

}  // namespace repot::sql
