// What the rules need of a statement: heads of CREATE, ALTER, INSERT and the like, of SQLite's and
// PostgreSQL's dialects alike. Lenient: what is not understood is Kind::other, never an error.
#pragma once

#include <repot/sqlite/grammar/script.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace repot::lint {

/// Positions of tokens, [first, last).
struct Range {
  std::size_t first = 0;
  std::size_t last = 0;
  bool empty() const { return first >= last; }
};

struct ColumnShape {
  std::string name;
  std::string type;    ///< In upper case, words joined by blanks, without "(…)".
  std::size_t at = 0;  ///< The token of the name.
  bool notNull = false;
  bool primaryKey = false;
  bool unique = false;
  bool autoincrement = false;
  bool identity = false;  ///< GENERATED … AS IDENTITY
  bool generated = false;
  bool stored = false;
  bool conflictClause = false;
  std::string references;  ///< The table; empty: none.
  Range defaultValue;
  Range check;
};

struct ConstraintShape {
  enum class Kind { primaryKey, unique, foreignKey, check, exclude };
  Kind kind = Kind::check;
  std::size_t at = 0;
  std::vector<std::string> columns;
  std::string references;
  Range check;
  bool notValid = false;
  bool usingIndex = false;
  bool conflictClause = false;
};

struct AlterAction {
  enum class Kind {
    addColumn,
    dropColumn,
    renameColumn,
    renameTable,
    alterType,
    setNotNull,
    otherColumn,  ///< SET/DROP DEFAULT, DROP NOT NULL, …
    addConstraint,
    dropConstraint,
    renameConstraint,
    validateConstraint,
    setStorage,  ///< SET LOGGED, SET TABLESPACE, …: rewrites the table.
    other,
  };
  Kind kind = Kind::other;
  std::size_t at = 0;
  std::string name;        ///< Of the column or constraint.
  std::string to;          ///< Of a rename.
  bool condition = false;  ///< IF EXISTS or IF NOT EXISTS.
  ColumnShape column;
  ConstraintShape constraint;
};

struct Statement {
  enum class Kind {
    createTable,
    alterTable,
    dropTable,
    createIndex,
    dropIndex,
    createView,
    createTrigger,
    insert,
    update,
    remove,
    begin,
    commit,
    pragma,
    set,
    other,
  };
  Kind kind = Kind::other;
  std::vector<sql::Token> tokens;
  std::string table;  ///< In lower case, without its schema.
  std::string name;   ///< Of an index, view, trigger, PRAGMA or parameter; in lower case.
  bool temporary = false;
  bool unique = false;
  bool concurrently = false;
  bool ifNotExists = false;
  bool asSelect = false;
  bool hasWhere = false;
  bool plainIndex = true;  ///< No expressions, no WHERE.
  bool orReplace = false;  ///< REPLACE, INSERT OR REPLACE
  bool orOther = false;    ///< INSERT OR IGNORE, UPDATE OR …
  bool withoutRowid = false;
  std::vector<std::string> columns;  ///< Of an index, or named by an INSERT.
  std::vector<ColumnShape> shapes;   ///< Of CREATE TABLE.
  std::vector<ConstraintShape> constraints;
  std::vector<AlterAction> actions;
  std::vector<std::vector<Range>> rows;  ///< The values of INSERT … VALUES.
  Range value;                           ///< What follows = of a PRAGMA or SET.

  bool word(std::size_t at, std::string_view word) const;
  bool symbol(std::size_t at, std::string_view symbol) const;
};

Statement readStatement(const sql::ScriptStatement& source);

std::string lowerAscii(std::string_view text);

}  // namespace repot::lint
