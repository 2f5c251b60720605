// Columns, constraints and the actions of ALTER TABLE; see statement.hpp and reader.hpp.
#include "engine/lint/reader.hpp"

#include <algorithm>
#include <array>

namespace repot::lint {
namespace {

using sql::Token;

constexpr std::array<std::string_view, 13> constraintWords = {
    "CONSTRAINT", "NOT", "NULL",      "PRIMARY", "UNIQUE",     "CHECK",     "DEFAULT",
    "COLLATE",    "AS",  "GENERATED", "ON",      "REFERENCES", "DEFERRABLE"};

bool isConstraintWord(const Token& token) {
  return token.kind == Token::Kind::word &&
         std::find(constraintWords.begin(), constraintWords.end(), sql::upperAscii(token.text)) !=
             constraintWords.end();
}

/// The tokens of a DEFAULT: one value, be it signed, in parentheses, a call, or cast.
Range readDefault(const Statement& statement, Reader& in, std::size_t last) {
  Range range{in.position(), in.position()};
  while (!in.atEnd() && in.position() < last) {
    const bool first = in.position() == range.first;
    if (!first && isConstraintWord(statement.tokens[in.position()])) break;
    if (in.atSymbol("(")) {
      in.parentheses();
    } else {
      in.next();
    }
  }
  range.last = in.position();
  return range;
}

bool acceptConflict(Reader& in) {
  if (!in.at("ON") || !in.at("CONFLICT", 1)) return false;
  for (int i = 0; i < 3; ++i)
    in.next();
  return true;
}

void readColumnConstraint(const Statement& statement, Reader& in, ColumnShape& column,
                          std::size_t last) {
  if (in.accept("CONSTRAINT")) {
    in.name();
  } else if (in.accept("NOT")) {
    if (in.accept("NULL")) column.notNull = true;
  } else if (in.accept("PRIMARY")) {
    in.accept("KEY");
    column.primaryKey = true;
    if (!in.accept("ASC")) in.accept("DESC");
  } else if (in.accept("UNIQUE")) {
    column.unique = true;
  } else if (in.accept("AUTOINCREMENT") || in.accept("AUTO_INCREMENT")) {
    column.autoincrement = true;
  } else if (in.accept("DEFAULT")) {
    column.defaultValue = readDefault(statement, in, last);
  } else if (in.accept("REFERENCES")) {
    column.references = lowerAscii(in.objectName());
    if (in.atSymbol("(")) in.parentheses();
  } else if (in.accept("CHECK")) {
    if (in.atSymbol("(")) column.check = in.parentheses();
  } else if (in.accept("COLLATE")) {
    in.objectName();
  } else if (in.accept("AS")) {
    if (in.accept("IDENTITY")) {
      column.identity = true;
    } else {
      column.generated = true;
    }
    if (in.atSymbol("(")) in.parentheses();
    column.stored = in.accept("STORED");
  } else if (acceptConflict(in)) {
    column.conflictClause = true;
  } else {
    in.next();
  }
}

ConstraintShape readConstraint(const Statement& statement, Range range) {
  ConstraintShape constraint;
  constraint.at = range.first;
  Reader in(statement.tokens, range);
  if (in.accept("CONSTRAINT")) in.name();
  if (in.accept("PRIMARY")) {
    constraint.kind = ConstraintShape::Kind::primaryKey;
    in.accept("KEY");
  } else if (in.accept("UNIQUE")) {
    constraint.kind = ConstraintShape::Kind::unique;
  } else if (in.accept("FOREIGN")) {
    constraint.kind = ConstraintShape::Kind::foreignKey;
    in.accept("KEY");
  } else if (in.accept("EXCLUDE")) {
    constraint.kind = ConstraintShape::Kind::exclude;
  } else if (in.accept("CHECK") && in.atSymbol("(")) {
    constraint.check = in.parentheses();
  }
  if (in.atSymbol("(")) constraint.columns = in.names(in.parentheses());
  while (!in.atEnd()) {
    if (in.accept("REFERENCES")) {
      constraint.references = lowerAscii(in.objectName());
    } else if (in.at("NOT") && in.at("VALID", 1)) {
      constraint.notValid = true;
      in.next();
    } else if (in.at("USING") && in.at("INDEX", 1)) {
      constraint.usingIndex = true;
      in.next();
    } else if (acceptConflict(in)) {
      constraint.conflictClause = true;
    } else {
      in.next();
    }
  }
  return constraint;
}

bool atConstraint(const Reader& in) {
  return in.at("CONSTRAINT") || (in.at("PRIMARY") && in.at("KEY", 1)) || in.at("UNIQUE") ||
         in.at("CHECK") || (in.at("FOREIGN") && in.at("KEY", 1)) || in.at("EXCLUDE");
}

void readAlterColumn(Reader& in, AlterAction& action) {
  using Kind = AlterAction::Kind;
  in.accept("COLUMN");
  action.name = lowerAscii(in.name());
  action.kind = Kind::otherColumn;
  if (in.at("TYPE") || (in.at("SET") && in.at("DATA", 1))) action.kind = Kind::alterType;
  if (in.at("SET") && in.at("NOT", 1)) action.kind = Kind::setNotNull;
}

void readAdd(const Statement& statement, Reader& in, Range range, AlterAction& action) {
  using Kind = AlterAction::Kind;
  if (atConstraint(in)) {
    action.kind = Kind::addConstraint;
    action.constraint = readConstraint(statement, {in.position(), range.last});
    return;
  }
  action.kind = Kind::addColumn;
  in.accept("COLUMN");
  action.condition = in.skipCondition();
  action.column = readColumn(statement, {in.position(), range.last});
  action.name = lowerAscii(action.column.name);
}

void readDrop(Reader& in, AlterAction& action) {
  using Kind = AlterAction::Kind;
  action.kind = in.accept("CONSTRAINT") ? Kind::dropConstraint : Kind::dropColumn;
  in.accept("COLUMN");
  action.condition = in.skipCondition();
  action.name = lowerAscii(in.name());
}

void readRename(Reader& in, AlterAction& action) {
  using Kind = AlterAction::Kind;
  if (in.accept("TO")) {
    action.kind = Kind::renameTable;
    action.to = lowerAscii(in.objectName());
    return;
  }
  action.kind = in.accept("CONSTRAINT") ? Kind::renameConstraint : Kind::renameColumn;
  in.accept("COLUMN");
  action.name = lowerAscii(in.name());
  in.accept("TO");
  action.to = lowerAscii(in.name());
}

}  // namespace

ColumnShape readColumn(const Statement& statement, Range range) {
  ColumnShape column;
  Reader in(statement.tokens, range);
  column.at = range.first;
  column.name = in.name();
  while (!in.atEnd() && !isConstraintWord(statement.tokens[in.position()])) {
    const Token& token = statement.tokens[in.position()];
    if (in.atSymbol("(")) {
      in.parentheses();
      continue;
    }
    const bool name = token.kind == Token::Kind::word || token.kind == Token::Kind::quotedName;
    if (name) column.type += (column.type.empty() ? "" : " ") + sql::upperAscii(token.text);
    in.next();
  }
  while (!in.atEnd())
    readColumnConstraint(statement, in, column, range.last);
  return column;
}

void readTableBody(Statement& statement, Range body) {
  const Reader reader(statement.tokens);
  for (const Range& part : reader.split(body)) {
    const Reader in(statement.tokens, part);
    if (atConstraint(in)) {
      statement.constraints.push_back(readConstraint(statement, part));
    } else if (!in.at("LIKE")) {
      statement.shapes.push_back(readColumn(statement, part));
    }
  }
}

AlterAction readAction(const Statement& statement, Range range) {
  using Kind = AlterAction::Kind;
  AlterAction action;
  action.at = range.first;
  Reader in(statement.tokens, range);
  if (in.accept("ADD")) {
    readAdd(statement, in, range, action);
  } else if (in.accept("DROP")) {
    readDrop(in, action);
  } else if (in.accept("RENAME")) {
    readRename(in, action);
  } else if (in.accept("ALTER") || in.at("MODIFY") || in.at("CHANGE")) {
    const bool modify = in.accept("MODIFY") || in.accept("CHANGE");
    readAlterColumn(in, action);
    if (modify) action.kind = Kind::alterType;
  } else if (in.at("VALIDATE")) {
    action.kind = Kind::validateConstraint;
  } else if (in.at("SET") && (in.at("LOGGED", 1) || in.at("UNLOGGED", 1) ||
                              in.at("TABLESPACE", 1) || in.at("ACCESS", 1))) {
    action.kind = Kind::setStorage;
  }
  return action;
}

}  // namespace repot::lint
