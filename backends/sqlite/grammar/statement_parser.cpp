// CREATE INDEX, CREATE VIEW and the heads of CREATE TRIGGER.
#include "sqlite/grammar/expr_parser.hpp"
#include "sqlite/grammar/statement.hpp"

namespace repot::sql {
namespace {

std::string restOfStatement(Cursor& cursor) {
  const std::size_t start = cursor.position();
  std::size_t end = start;
  while (!cursor.atEnd()) {
    const bool semicolon = cursor.atSymbol(";");
    cursor.next();
    if (!semicolon) end = cursor.position();
  }
  return cursor.slice(start, end);
}

void skipTemporary(Cursor& cursor) {
  cursor.expectWord("CREATE");
  if (!cursor.acceptWord("TEMP")) cursor.acceptWord("TEMPORARY");
}

IndexDefinition createIndex(Cursor& cursor) {
  IndexDefinition index;
  cursor.expectWord("CREATE");
  index.unique = cursor.acceptWord("UNIQUE");
  cursor.expectWord("INDEX");
  skipIfNotExists(cursor);
  index.name = cursor.expectObjectName();
  cursor.expectWord("ON");
  index.table = cursor.expectName();
  cursor.expectSymbol("(");
  do {
    index.columns.push_back(parseIndexedColumn(cursor));
  } while (cursor.acceptSymbol(","));
  cursor.expectSymbol(")");
  if (cursor.acceptWord("WHERE")) {
    const std::size_t start = cursor.position();
    index.where = parseExpr(cursor);
    index.whereText = cursor.slice(start, cursor.position());
  }
  expectStatementEnd(cursor);
  return index;
}

ViewDefinition createView(Cursor& cursor) {
  ViewDefinition view;
  skipTemporary(cursor);
  cursor.expectWord("VIEW");
  skipIfNotExists(cursor);
  view.name = cursor.expectObjectName();
  if (cursor.acceptSymbol("(")) {
    do {
      view.columnNames.push_back(cursor.expectName());
    } while (cursor.acceptSymbol(","));
    cursor.expectSymbol(")");
  }
  cursor.expectWord("AS");
  view.selectText = restOfStatement(cursor);
  if (view.selectText.empty()) cursor.fail("SELECT");
  return view;
}

/// From BEGIN to the END that closes the statement: the last word of all.
std::string bodyOfTrigger(Cursor& cursor) {
  const std::size_t start = cursor.position();
  std::size_t end = start;
  while (!cursor.atEnd()) {
    if (cursor.atWord("END")) end = cursor.position();
    cursor.next();
  }
  if (end == start) cursor.fail("END");
  return cursor.slice(start, end);
}

TriggerDefinition createTrigger(Cursor& cursor) {
  TriggerDefinition trigger;
  skipTemporary(cursor);
  cursor.expectWord("TRIGGER");
  skipIfNotExists(cursor);
  trigger.name = cursor.expectObjectName();
  trigger.timing = "BEFORE";
  if (cursor.acceptWord("AFTER")) {
    trigger.timing = "AFTER";
  } else if (cursor.acceptWord("INSTEAD")) {
    cursor.expectWord("OF");
    trigger.timing = "INSTEAD OF";
  } else {
    cursor.acceptWord("BEFORE");
  }
  for (const std::string_view event : {"DELETE", "INSERT", "UPDATE"}) {
    if (trigger.event.empty() && cursor.acceptWord(event)) trigger.event = event;
  }
  if (trigger.event.empty()) cursor.fail("DELETE, INSERT or UPDATE");
  if (cursor.acceptWord("OF")) {
    do {
      trigger.columns.push_back(cursor.expectName());
    } while (cursor.acceptSymbol(","));
  }
  cursor.expectWord("ON");
  trigger.table = cursor.expectObjectName();
  if (cursor.acceptWord("FOR")) {
    cursor.expectWord("EACH");
    cursor.expectWord("ROW");
  }
  if (cursor.acceptWord("WHEN")) {
    const std::size_t start = cursor.position();
    parseExpr(cursor);
    trigger.whenText = cursor.slice(start, cursor.position());
  }
  cursor.expectWord("BEGIN");
  trigger.body = bodyOfTrigger(cursor);
  return trigger;
}

}  // namespace

IndexedColumn parseIndexedColumn(Cursor& cursor) {
  IndexedColumn column;
  const std::size_t start = cursor.position();
  column.expr = parseExpr(cursor);
  std::size_t end = cursor.position();
  while (column.expr->kind == Expr::Kind::collate) {
    if (column.collation.empty()) column.collation = column.expr->text;
    ExprPtr inner = std::move(column.expr->children.front());
    column.expr = std::move(inner);
    // Written outside parentheses, COLLATE and its name are the last two tokens.
    if (cursor.endsWith("COLLATE", start, end)) end -= 2;
  }
  column.text = cursor.slice(start, end);
  column.descending = cursor.acceptWord("DESC");
  cursor.acceptWord("ASC");
  if (cursor.acceptWord("NULLS")) cursor.expectName();
  return column;
}

void skipIfNotExists(Cursor& cursor) {
  if (!cursor.acceptWord("IF")) return;
  cursor.expectWord("NOT");
  cursor.expectWord("EXISTS");
}

void expectStatementEnd(Cursor& cursor) {
  while (cursor.acceptSymbol(";")) {
  }
  if (!cursor.atEnd()) cursor.fail("the end of the statement");
}

Parsed<IndexDefinition> parseCreateIndex(std::string_view sql) {
  return guarded<IndexDefinition>([&] {
    Cursor cursor(sql);
    return createIndex(cursor);
  });
}

Parsed<ViewDefinition> parseCreateView(std::string_view sql) {
  return guarded<ViewDefinition>([&] {
    Cursor cursor(sql);
    return createView(cursor);
  });
}

Parsed<TriggerDefinition> parseCreateTrigger(std::string_view sql) {
  return guarded<TriggerDefinition>([&] {
    Cursor cursor(sql);
    return createTrigger(cursor);
  });
}

}  // namespace repot::sql
