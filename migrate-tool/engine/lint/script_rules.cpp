// PRAGMAs, strings, statements that one of the two databases does not have, and values of INSERTs.
#include "engine/lint/context.hpp"

#include <algorithm>
#include <array>

namespace repot::lint {
namespace {

using sql::Token;
using Kind = Statement::Kind;

void checkPragma(const Statement& statement, const Context& context) {
  static constexpr std::array<std::string_view, 3> outside = {"foreign_keys", "journal_mode",
                                                              "synchronous"};
  const bool sets = !statement.value.empty();
  if (sets && context.file.inTransaction() &&
      std::find(outside.begin(), outside.end(), statement.name) != outside.end())
    context.report("sqlite-pragma-in-transaction", 0, statement.name);
  context.report("pg-sqlite-syntax", 0, "PRAGMA");
}

/// Statements by their first two words.
void checkUnsupported(const Statement& statement, const Context& context) {
  struct Head {
    std::string_view first, second;
  };
  static constexpr std::array<Head, 22> heads = {{
      {"CREATE", "TYPE"},   {"CREATE", "SEQUENCE"},     {"CREATE", "EXTENSION"},
      {"CREATE", "SCHEMA"}, {"CREATE", "FUNCTION"},     {"CREATE", "PROCEDURE"},
      {"CREATE", "DOMAIN"}, {"CREATE", "MATERIALIZED"}, {"CREATE", "POLICY"},
      {"CREATE", "ROLE"},   {"ALTER", "TYPE"},          {"ALTER", "SEQUENCE"},
      {"ALTER", "INDEX"},   {"ALTER", "SCHEMA"},        {"COMMENT", "ON"},
      {"DROP", "TYPE"},     {"DROP", "SEQUENCE"},       {"DROP", "EXTENSION"},
      {"DROP", "SCHEMA"},   {"DROP", "FUNCTION"},       {"REFRESH", "MATERIALIZED"},
      {"LOCK", "TABLE"},
  }};
  const bool known = std::any_of(heads.begin(), heads.end(), [&](const Head& head) {
    return statement.word(0, head.first) && statement.word(1, head.second);
  });
  const bool single = statement.word(0, "TRUNCATE") || statement.word(0, "DO") ||
                      statement.word(0, "GRANT") || statement.word(0, "REVOKE") ||
                      statement.word(0, "CLUSTER") || statement.word(0, "COPY") ||
                      statement.kind == Kind::set;
  if (known || single || statement.concurrently) context.report("sqlite-unsupported", 0);
  if (statement.kind == Kind::createIndex) {
    for (std::size_t i = 0; i + 1 < statement.tokens.size(); ++i) {
      if (statement.word(i, "USING") || statement.word(i, "INCLUDE"))
        return context.report("sqlite-unsupported", i);
    }
  }
}

void checkSqliteSyntax(const Statement& statement, const Context& context) {
  if (statement.withoutRowid) context.report("pg-sqlite-syntax", 0, "WITHOUT ROWID");
  if (statement.orReplace || statement.orOther) {
    context.report("sqlite-conflict-clause", 0);
    context.report("pg-sqlite-syntax", 0, "INSERT OR …, REPLACE");
  }
  for (std::size_t i = 0; i < statement.tokens.size(); ++i) {
    const Token& token = statement.tokens[i];
    if (token.kind == Token::Kind::quotedName && !token.doubleQuoted)
      return context.report("pg-sqlite-syntax", i, "`name` or [name]");
  }
}

void checkFunctions(const Statement& statement, const Context& context) {
  static constexpr std::array<std::string_view, 4> functions = {"datetime", "strftime", "julianday",
                                                                "unixepoch"};
  for (std::size_t i = 0; i + 1 < statement.tokens.size(); ++i) {
    const Token& token = statement.tokens[i];
    if (token.kind != Token::Kind::word || !statement.symbol(i + 1, "(")) continue;
    const std::string name = lowerAscii(token.text);
    const bool dateOfNow = (name == "date" || name == "time") && i + 2 < statement.tokens.size() &&
                           statement.tokens[i + 2].text == "now";
    const bool type = i > 0 && statement.tokens[i - 1].kind != Token::Kind::symbol &&
                      statement.kind == Kind::createTable && !statement.word(i - 1, "DEFAULT");
    if (type) continue;
    if (dateOfNow || std::find(functions.begin(), functions.end(), name) != functions.end())
      context.report("datetime-now", i, name + "()");
  }
}

void checkInsert(const Statement& statement, const Context& context) {
  if (statement.columns.empty() && !statement.rows.empty())
    context.report("insert-without-columns", 0, statement.table);
  for (std::size_t i = 0; statement.asSelect && i + 1 < statement.tokens.size(); ++i) {
    if (statement.word(i, "SELECT") && statement.symbol(i + 1, "*")) {
      context.report("insert-select-star", i, statement.table);
      break;
    }
  }
  const KnownTable* const table = context.catalog.find(statement.table);
  for (const std::vector<Range>& row : statement.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const Token& value = statement.tokens[row[i].first];
      const bool single = row[i].last == row[i].first + 1;
      if (single && value.kind == Token::Kind::quotedName && value.doubleQuoted)
        context.report("sqlite-double-quoted-string", row[i].first);
      if (!single || value.kind != Token::Kind::integer || table == nullptr ||
          i >= statement.columns.size())
        continue;
      const auto column = table->columns.find(statement.columns[i]);
      if (column != table->columns.end() &&
          (column->second.type == "BOOLEAN" || column->second.type == "BOOL"))
        context.report("pg-boolean-integer", row[i].first,
                       statement.table + '.' + statement.columns[i]);
    }
  }
}

}  // namespace

void checkScript(const Statement& statement, const Context& context) {
  if (statement.kind == Kind::pragma) checkPragma(statement, context);
  checkUnsupported(statement, context);
  checkSqliteSyntax(statement, context);
}

void checkPortable(const Statement& statement, const Context& context) {
  checkFunctions(statement, context);
  if (statement.kind == Kind::insert) checkInsert(statement, context);
  if (statement.kind == Kind::createTable && statement.asSelect && !statement.temporary)
    context.report("create-table-as", 0, statement.table);
  const bool changes = statement.kind == Kind::update || statement.kind == Kind::remove;
  if (changes && !statement.hasWhere && !context.isNew(statement.table))
    context.report("update-without-where", 0, statement.table);
}

}  // namespace repot::lint
