// Heads of statements; see statement.hpp. Columns and constraints are in shapes.cpp.
#include "engine/lint/statement.hpp"

#include "engine/lint/reader.hpp"

#include <array>

namespace repot::lint {
namespace {

using sql::Token;

class StatementReader {
 public:
  explicit StatementReader(Statement& statement) : statement_(statement), in_(statement.tokens) {}

  void run() {
    if (in_.accept("CREATE")) {
      create();
    } else if (in_.accept("ALTER")) {
      if (in_.accept("TABLE")) alterTable();
    } else if (in_.accept("DROP")) {
      drop();
    } else if (in_.accept("INSERT")) {
      insert();
    } else if (in_.at("REPLACE") && in_.at("INTO", 1)) {
      in_.next();
      statement_.orReplace = true;
      insert();
    } else if (in_.accept("UPDATE")) {
      statement_.kind = Statement::Kind::update;
      statement_.orOther = skipOr();
      in_.accept("ONLY");
      statement_.table = lowerAscii(in_.objectName());
      findWhere();
    } else if (in_.accept("DELETE")) {
      statement_.kind = Statement::Kind::remove;
      in_.accept("FROM");
      in_.accept("ONLY");
      statement_.table = lowerAscii(in_.objectName());
      findWhere();
    } else {
      control();
    }
  }

 private:
  void control() {
    if (in_.at("BEGIN") || (in_.at("START") && in_.at("TRANSACTION", 1))) {
      statement_.kind = Statement::Kind::begin;
    } else if (in_.at("COMMIT") || in_.at("END") || in_.at("ROLLBACK")) {
      const bool savepoint = in_.at("TO", 1) || in_.at("TO", 2);
      if (!savepoint) statement_.kind = Statement::Kind::commit;
    } else if (in_.accept("PRAGMA")) {
      statement_.kind = Statement::Kind::pragma;
      statement_.name = lowerAscii(in_.objectName());
      if (in_.acceptSymbol("=") || in_.acceptSymbol("("))
        statement_.value = {in_.position(), in_.position() + 1};
    } else if (in_.accept("SET")) {
      statement_.kind = Statement::Kind::set;
      if (!in_.accept("LOCAL")) in_.accept("SESSION");
      statement_.name = lowerAscii(in_.objectName());
      if (!in_.acceptSymbol("=")) in_.accept("TO");
      statement_.value = {in_.position(), statement_.tokens.size()};
    }
  }

  void create() {
    if (in_.accept("OR")) in_.accept("REPLACE");
    in_.accept("GLOBAL");
    in_.accept("LOCAL");
    statement_.temporary = in_.accept("TEMP") || in_.accept("TEMPORARY");
    in_.accept("UNLOGGED");
    in_.accept("CONSTRAINT");  // CREATE CONSTRAINT TRIGGER
    statement_.unique = in_.accept("UNIQUE");
    if (in_.accept("TABLE")) {
      createTable();
    } else if (in_.accept("INDEX")) {
      createIndex();
    } else if (in_.accept("VIEW") || (in_.accept("MATERIALIZED") && in_.accept("VIEW"))) {
      statement_.kind = Statement::Kind::createView;
      in_.skipCondition();
      statement_.name = lowerAscii(in_.objectName());
    } else if (in_.accept("TRIGGER")) {
      createTrigger();
    }
  }

  void createTable() {
    statement_.kind = Statement::Kind::createTable;
    statement_.ifNotExists = in_.skipCondition();
    statement_.table = lowerAscii(in_.objectName());
    if (in_.at("AS")) {
      statement_.asSelect = true;
      return;
    }
    if (!in_.atSymbol("(")) return;
    const Range body = in_.parentheses();
    readTableBody(statement_, body);
    for (; !in_.atEnd(); in_.next()) {
      if (in_.at("AS")) statement_.asSelect = true;
      if (in_.at("WITHOUT") && in_.at("ROWID", 1)) statement_.withoutRowid = true;
    }
  }

  void createIndex() {
    statement_.kind = Statement::Kind::createIndex;
    statement_.concurrently = in_.accept("CONCURRENTLY");
    statement_.ifNotExists = in_.skipCondition();
    if (!in_.at("ON")) statement_.name = lowerAscii(in_.objectName());
    in_.accept("ON");
    in_.accept("ONLY");
    statement_.table = lowerAscii(in_.objectName());
    if (in_.accept("USING")) in_.next();
    if (!in_.atSymbol("(")) return;
    const Range parts = in_.parentheses();
    for (const Range& part : in_.split(parts)) {
      const Token& first = statement_.tokens[part.first];
      const bool name =
          (first.kind == Token::Kind::word || first.kind == Token::Kind::quotedName) &&
          !(part.first + 1 < part.last && statement_.symbol(part.first + 1, "("));
      if (name) {
        statement_.columns.push_back(lowerAscii(first.text));
      } else {
        statement_.plainIndex = false;
      }
    }
    for (; !in_.atEnd(); in_.next()) {
      if (in_.at("WHERE")) statement_.plainIndex = false;
    }
  }

  void createTrigger() {
    statement_.kind = Statement::Kind::createTrigger;
    in_.skipCondition();
    statement_.name = lowerAscii(in_.objectName());
    for (; !in_.atEnd(); in_.next()) {
      if (in_.at("BEGIN") || !in_.accept("ON")) continue;
      statement_.table = lowerAscii(in_.objectName());
      return;
    }
  }

  void drop() {
    if (in_.accept("TABLE")) {
      statement_.kind = Statement::Kind::dropTable;
      in_.skipCondition();
      statement_.table = lowerAscii(in_.objectName());
    } else if (in_.accept("INDEX")) {
      statement_.kind = Statement::Kind::dropIndex;
      statement_.concurrently = in_.accept("CONCURRENTLY");
      in_.skipCondition();
      statement_.name = lowerAscii(in_.objectName());
    }
  }

  void alterTable() {
    statement_.kind = Statement::Kind::alterTable;
    in_.skipCondition();
    in_.accept("ONLY");
    statement_.table = lowerAscii(in_.objectName());
    const Range rest{in_.position(), statement_.tokens.size()};
    for (const Range& part : in_.split(rest))
      statement_.actions.push_back(readAction(statement_, part));
  }

  bool skipOr() {
    if (!in_.accept("OR")) return false;
    statement_.orReplace = in_.at("REPLACE");
    in_.next();
    return !statement_.orReplace;
  }

  void insert() {
    statement_.kind = Statement::Kind::insert;
    statement_.orOther = skipOr() || statement_.orOther;
    in_.accept("INTO");
    statement_.table = lowerAscii(in_.objectName());
    if (in_.accept("AS")) in_.next();
    if (in_.atSymbol("(")) {
      for (const Range& part : in_.split(in_.parentheses()))
        statement_.columns.push_back(lowerAscii(statement_.tokens[part.first].text));
    }
    if (!in_.accept("VALUES")) {
      statement_.asSelect = in_.at("SELECT") || in_.at("WITH");
      return;
    }
    do {
      if (!in_.atSymbol("(")) return;
      statement_.rows.push_back(in_.split(in_.parentheses()));
    } while (in_.acceptSymbol(","));
  }

  void findWhere() {
    for (; !in_.atEnd(); in_.next()) {
      if (in_.at("WHERE")) statement_.hasWhere = true;
    }
  }

  Statement& statement_;
  Reader in_;
};

}  // namespace

bool Statement::word(std::size_t at, std::string_view word) const {
  return at < tokens.size() && tokens[at].kind == Token::Kind::word &&
         sql::equalsIgnoreCase(tokens[at].text, word);
}

bool Statement::symbol(std::size_t at, std::string_view symbol) const {
  return at < tokens.size() && tokens[at].kind == Token::Kind::symbol && tokens[at].text == symbol;
}

Statement readStatement(const sql::ScriptStatement& source) {
  Statement statement;
  statement.tokens = source.tokens;
  StatementReader(statement).run();
  return statement;
}

std::string lowerAscii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace repot::lint
