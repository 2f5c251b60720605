// CREATE TABLE and CREATE VIRTUAL TABLE. As lenient as SQLite: commas between table constraints are
// optional, types are any words, names may be written as strings.
#include "sqlite/grammar/expr_parser.hpp"
#include "sqlite/grammar/statement.hpp"

#include <repot/sqlite/grammar/parser.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace repot::sql {
namespace {

constexpr std::array<std::string_view, 12> constraintWords = {
    "CONSTRAINT", "NOT",     "NULL", "PRIMARY",    "UNIQUE", "CHECK",
    "DEFAULT",    "COLLATE", "AS",   "REFERENCES", "ON",     "DEFERRABLE"};

class TableParser {
 public:
  explicit TableParser(std::string_view sql) : cursor_(sql) {}

  TableDefinition run() {
    cursor_.expectWord("CREATE");
    if (!cursor_.acceptWord("TEMP")) cursor_.acceptWord("TEMPORARY");
    const bool isVirtual = cursor_.acceptWord("VIRTUAL");
    cursor_.expectWord("TABLE");
    skipIfNotExists(cursor_);
    table_.name = cursor_.expectObjectName();
    if (isVirtual) {
      parseModule();
    } else {
      parseBody();
      parseOptions();
    }
    expectStatementEnd(cursor_);
    return std::move(table_);
  }

 private:
  void parseModule() {
    cursor_.expectWord("USING");
    table_.virtualModule = cursor_.expectName();
    if (!cursor_.acceptSymbol("(")) return;
    std::size_t start = cursor_.position();
    while (!cursor_.atSymbol(")")) {
      if (cursor_.atEnd()) cursor_.fail("\")\"");
      if (cursor_.atSymbol("(")) {
        cursor_.skipParentheses();
      } else if (cursor_.atSymbol(",")) {
        table_.moduleArgs.push_back(cursor_.slice(start, cursor_.position()));
        cursor_.next();
        start = cursor_.position();
      } else {
        cursor_.next();
      }
    }
    if (start != cursor_.position() || !table_.moduleArgs.empty())
      table_.moduleArgs.push_back(cursor_.slice(start, cursor_.position()));
    cursor_.next();
  }

  void parseBody() {
    cursor_.expectSymbol("(");
    bool constraints = false;
    do {
      constraints = constraints || atTableConstraint();
      if (constraints) {
        parseTableConstraint();
      } else {
        parseColumn();
      }
      // SQLite takes table constraints without commas between them.
    } while (cursor_.acceptSymbol(",") || (constraints && !cursor_.atSymbol(")")));
    cursor_.expectSymbol(")");
  }

  bool atTableConstraint() const {
    return cursor_.atWord("CONSTRAINT") || cursor_.atWord("PRIMARY") || cursor_.atWord("UNIQUE") ||
           cursor_.atWord("CHECK") || cursor_.atWord("FOREIGN");
  }

  void parseOptions() {
    if (cursor_.atEnd() || cursor_.atSymbol(";")) return;
    do {
      if (cursor_.acceptWord("WITHOUT")) {
        cursor_.expectWord("ROWID");
        table_.withoutRowid = true;
      } else {
        cursor_.expectWord("STRICT");
        table_.strict = true;
      }
    } while (cursor_.acceptSymbol(","));
  }

  void parseColumn() {
    ColumnDefinition column;
    column.name = cursor_.expectName();
    const std::size_t start = cursor_.position();
    while (atTypeWord())
      cursor_.next();
    if (cursor_.position() > start && cursor_.atSymbol("(")) cursor_.skipParentheses();
    column.typeText = cursor_.slice(start, cursor_.position());
    std::string name;
    while (parseColumnConstraint(column, name)) {
    }
    table_.columns.push_back(std::move(column));
  }

  bool atTypeWord() const {
    const Token& token = cursor_.peek();
    if (token.kind == Token::Kind::quotedName || token.kind == Token::Kind::string) return true;
    if (token.kind != Token::Kind::word) return false;
    if (cursor_.atWord("GENERATED") && cursor_.atWord("ALWAYS", 1)) return false;
    const std::string word = upperAscii(token.text);
    return std::find(constraintWords.begin(), constraintWords.end(), word) == constraintWords.end();
  }

  /// `name` is that of the last CONSTRAINT clause; it belongs to the constraint that follows it.
  bool parseColumnConstraint(ColumnDefinition& column, std::string& name) {
    if (cursor_.acceptWord("CONSTRAINT")) {
      name = cursor_.expectName();
      return true;
    }
    const std::string given = std::exchange(name, {});
    if (cursor_.acceptWord("NOT")) {
      if (cursor_.acceptWord("DEFERRABLE")) {
        parseInitially();
        return true;
      }
      cursor_.expectWord("NULL");
      column.notNull = true;
      acceptConflict(column);
    } else if (cursor_.acceptWord("NULL")) {
      acceptConflict(column);
    } else if (cursor_.acceptWord("PRIMARY")) {
      parsePrimaryKey(column, given);
    } else if (cursor_.acceptWord("UNIQUE")) {
      column.unique = true;
      column.uniqueName = given;
      acceptConflict(column);
    } else if (cursor_.acceptWord("CHECK")) {
      column.checks.push_back(parseCheck(given));
      acceptConflict(column);
    } else if (cursor_.acceptWord("DEFAULT")) {
      column.defaultSql = parseDefault();
    } else if (cursor_.acceptWord("COLLATE")) {
      column.collation = cursor_.expectName();
    } else if (cursor_.atWord("REFERENCES")) {
      column.references.push_back(parseReference(given, {column.name}));
    } else if (cursor_.acceptWord("DEFERRABLE")) {
      defer(column);
    } else {
      return parseGenerated(column);
    }
    return true;
  }

  void parsePrimaryKey(ColumnDefinition& column, const std::string& name) {
    cursor_.expectWord("KEY");
    column.primaryKey = true;
    column.primaryKeyName = name;
    column.primaryKeyDescending = cursor_.acceptWord("DESC");
    cursor_.acceptWord("ASC");
    acceptConflict(column);
    column.autoincrement = cursor_.acceptWord("AUTOINCREMENT");
  }

  bool parseGenerated(ColumnDefinition& column) {
    if (cursor_.acceptWord("GENERATED")) {
      cursor_.expectWord("ALWAYS");
      cursor_.expectWord("AS");
    } else if (!cursor_.acceptWord("AS")) {
      return false;
    }
    column.generatedText = parseParenthesized(cursor_, column.generatedExpr);
    column.generatedStored = cursor_.acceptWord("STORED");
    cursor_.acceptWord("VIRTUAL");
    return true;
  }

  std::string parseDefault() {
    if (cursor_.atSymbol("(")) return cursor_.skipParentheses();
    const std::size_t start = cursor_.position();
    if (!cursor_.acceptSymbol("-")) cursor_.acceptSymbol("+");
    if (cursor_.peek().kind == Token::Kind::symbol || cursor_.atEnd()) cursor_.fail("a default");
    cursor_.next();
    return cursor_.slice(start, cursor_.position());
  }

  CheckDefinition parseCheck(const std::string& name) {
    CheckDefinition check;
    check.name = name;
    check.exprText = parseParenthesized(cursor_, check.expr);
    return check;
  }

  bool acceptOnConflict() {
    if (!cursor_.atWord("ON") || !cursor_.atWord("CONFLICT", 1)) return false;
    cursor_.next();
    cursor_.next();
    // ABORT is what happens anyway, in PostgreSQL too.
    return upperAscii(cursor_.expectName()) != "ABORT";
  }

  void acceptConflict(ColumnDefinition& column) {
    if (acceptOnConflict()) column.hasConflictClause = true;
  }

  std::vector<std::string> parseNames() {
    std::vector<std::string> names;
    cursor_.expectSymbol("(");
    do {
      names.push_back(cursor_.expectName());
      if (cursor_.acceptWord("COLLATE")) cursor_.expectName();
      if (!cursor_.acceptWord("ASC")) cursor_.acceptWord("DESC");
    } while (cursor_.acceptSymbol(","));
    cursor_.expectSymbol(")");
    return names;
  }

  ForeignKeyDefinition parseReference(const std::string& name, std::vector<std::string> columns) {
    ForeignKeyDefinition key;
    key.name = name;
    key.columns = std::move(columns);
    cursor_.expectWord("REFERENCES");
    key.parent = cursor_.expectObjectName();
    if (cursor_.atSymbol("(")) key.parentColumns = parseNames();
    while (true) {
      if (cursor_.acceptWord("MATCH")) {
        cursor_.expectName();
      } else if (cursor_.atWord("ON") && !cursor_.atWord("CONFLICT", 1)) {
        parseAction(key);
      } else if (cursor_.atWord("NOT") && cursor_.atWord("DEFERRABLE", 1)) {
        cursor_.next();
        cursor_.next();
        parseInitially();
      } else if (cursor_.acceptWord("DEFERRABLE")) {
        key.deferrable = true;
        key.initiallyDeferred = parseInitially();
      } else {
        return key;
      }
    }
  }

  void parseAction(ForeignKeyDefinition& key) {
    cursor_.expectWord("ON");
    const std::string event = upperAscii(cursor_.expectName());
    std::string action = upperAscii(cursor_.expectName());
    if (action == "SET" || action == "NO") action += " " + upperAscii(cursor_.expectName());
    if (event == "DELETE") key.onDelete = action;
    if (event == "UPDATE") key.onUpdate = action;
  }

  /// True for INITIALLY DEFERRED.
  bool parseInitially() {
    if (!cursor_.acceptWord("INITIALLY")) return false;
    if (cursor_.acceptWord("DEFERRED")) return true;
    cursor_.expectWord("IMMEDIATE");
    return false;
  }

  /// DEFERRABLE apart from its REFERENCES, with another constraint between them.
  void defer(ColumnDefinition& column) {
    const bool deferred = parseInitially();
    if (column.references.empty()) return;
    column.references.back().deferrable = true;
    column.references.back().initiallyDeferred = deferred;
  }

  void parseTableConstraint() {
    std::string name;
    while (cursor_.acceptWord("CONSTRAINT"))
      name = cursor_.expectName();
    if (cursor_.acceptWord("PRIMARY")) {
      cursor_.expectWord("KEY");
      table_.primaryKey = parseKey(name);
    } else if (cursor_.acceptWord("UNIQUE")) {
      table_.uniqueKeys.push_back(parseKey(name));
    } else if (cursor_.acceptWord("CHECK")) {
      table_.checks.push_back(parseCheck(name));
      acceptOnConflict();
    } else if (cursor_.acceptWord("FOREIGN")) {
      cursor_.expectWord("KEY");
      std::vector<std::string> columns = parseNames();
      table_.foreignKeys.push_back(parseReference(name, std::move(columns)));
    } else if (!cursor_.atSymbol(",") && !cursor_.atSymbol(")")) {
      cursor_.fail("a constraint");
    }
  }

  KeyDefinition parseKey(const std::string& name) {
    KeyDefinition key;
    key.name = name;
    cursor_.expectSymbol("(");
    do {
      key.parts.push_back(parseIndexedColumn(cursor_));
      const Expr& part = *key.parts.back().expr;
      const bool named = part.kind == Expr::Kind::column || part.kind == Expr::Kind::string;
      key.columns.push_back(named ? part.text : key.parts.back().text);
    } while (cursor_.acceptSymbol(","));
    if (cursor_.acceptWord("AUTOINCREMENT")) markAutoincrement(key);
    cursor_.expectSymbol(")");
    key.hasConflictClause = acceptOnConflict();
    return key;
  }

  void markAutoincrement(const KeyDefinition& key) {
    for (ColumnDefinition& column : table_.columns) {
      if (equalsIgnoreCase(column.name, key.columns.front())) column.autoincrement = true;
    }
  }

  Cursor cursor_;
  TableDefinition table_;
};

}  // namespace

Parsed<TableDefinition> parseCreateTable(std::string_view sql) {
  return guarded<TableDefinition>([&] { return TableParser(sql).run(); });
}

}  // namespace repot::sql
