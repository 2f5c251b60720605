// What SQLite's CREATE statements say that no PRAGMA tells: CHECKs, names of constraints,
// DEFERRABLE, generated columns, index expressions. Plain values; texts are slices of the
// statement.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace repot::sql {

struct Select;

/// One node of an expression. Trees are never deeper than `maxDepth`, as in SQLite, so that they
/// can be walked and destroyed by recursion.
struct Expr {
  static constexpr std::size_t maxDepth = 1000;

  enum class Kind {
    null,
    integer,    ///< `text`: decimal or 0x… as written.
    real,       ///< `text` as written.
    string,     ///< `text`: the value, quotes removed.
    blob,       ///< `text`: the hexadecimal digits.
    column,     ///< `text`: the name; see `quoted`. A table qualifier is in `qualifier`.
    parameter,  ///< ?, ?1, :a, @a, $a
    unary,      ///< `text`: - + ~ NOT
    binary,     ///< `text`: the operator in upper case; == is =, != is <>.
    is,         ///< left IS right; see `negated`. IS [NOT] DISTINCT FROM, ISNULL, NOTNULL too.
    between,    ///< value, low, high
    in,         ///< value, elements…
    like,       ///< `text`: LIKE, GLOB, REGEXP or MATCH. value, pattern[, escape character]
    caseWhen,   ///< [base,] when, then, …[, else]; see `hasBase`, `hasElse`.
    cast,       ///< `text`: the type as written. value
    collate,    ///< `text`: the collation. value
    function,   ///< `text`: the name as written. arguments…; see `star`, `distinct`.
    row,        ///< (a, b)
    subquery,   ///< (SELECT …), also as the right side of IN: `select`, and `text` as written.
    exists,     ///< [NOT] EXISTS (SELECT …)
    opaque,     ///< What is not taken apart: windows, RAISE, IN table. `text` as written.
  };
  Kind kind = Kind::null;
  std::string text;
  std::string qualifier;
  bool quoted = false;   ///< Column written "so": a string where no such column exists.
  bool negated = false;  ///< NOT IN, NOT LIKE, NOT BETWEEN, NOT EXISTS, IS NOT.
  bool hasBase = false;
  bool hasElse = false;
  bool star = false;      ///< count(*)
  bool distinct = false;  ///< count(DISTINCT x)
  std::size_t depth = 1;
  std::vector<std::unique_ptr<Expr>> children;
  std::shared_ptr<const Select> select;  ///< Of a subquery; <repot/sqlite/grammar/select.hpp>.
};
using ExprPtr = std::unique_ptr<Expr>;

struct CheckDefinition {
  std::string name;      ///< Empty: unnamed.
  std::string exprText;  ///< Between the parentheses, as written.
  ExprPtr expr;          ///< Null where the text was not understood.
};

struct IndexedColumn {
  std::string text;       ///< The key part as written, without COLLATE and order.
  ExprPtr expr;           ///< Kind::column for a plain column. COLLATE is taken off.
  std::string collation;  ///< Empty: the column's own.
  bool descending = false;
};

struct KeyDefinition {
  std::string name;
  std::vector<IndexedColumn> parts;
  std::vector<std::string> columns;  ///< The names of `parts`.
  bool hasConflictClause = false;    ///< ON CONFLICT …
};

struct ForeignKeyDefinition {
  std::string name;
  std::vector<std::string> columns;
  std::string parent;
  std::vector<std::string> parentColumns;  ///< Empty: the parent's primary key.
  std::string onDelete = "NO ACTION";      ///< In upper case: "SET NULL", "CASCADE", …
  std::string onUpdate = "NO ACTION";
  bool deferrable = false;
  bool initiallyDeferred = false;
};

struct ColumnDefinition {
  std::string name;
  std::string typeText;  ///< As written, without GENERATED ALWAYS; may be empty.
  bool notNull = false;
  bool primaryKey = false;
  bool primaryKeyDescending = false;
  bool autoincrement = false;
  bool unique = false;
  bool hasConflictClause = false;  ///< NOT NULL, UNIQUE or PRIMARY KEY … ON CONFLICT …
  bool generatedStored = false;
  std::string primaryKeyName, uniqueName;  ///< Names of the constraints; empty: unnamed.
  std::string collation;
  std::optional<std::string> defaultSql;  ///< As PRAGMA table_info has it: without parentheses.
  std::optional<std::string> generatedText;
  ExprPtr generatedExpr;  ///< Null where there is none or its text was not understood.
  std::vector<CheckDefinition> checks;
  std::vector<ForeignKeyDefinition> references;  ///< `columns` is this column.
};

struct TableDefinition {
  std::string name;
  std::vector<ColumnDefinition> columns;
  std::vector<CheckDefinition> checks;            ///< Of the table; columns have their own.
  std::optional<KeyDefinition> primaryKey;        ///< Of the table.
  std::vector<KeyDefinition> uniqueKeys;          ///< Of the table.
  std::vector<ForeignKeyDefinition> foreignKeys;  ///< Of the table.
  bool strict = false;
  bool withoutRowid = false;
  std::string virtualModule;  ///< Empty: an ordinary table; else nothing above but `name` is set.
  std::vector<std::string> moduleArgs;
};

struct IndexDefinition {
  std::string name;
  std::string table;
  bool unique = false;
  std::vector<IndexedColumn> columns;
  std::string whereText;  ///< Empty: no predicate.
  ExprPtr where;
};

struct ViewDefinition {
  std::string name;
  std::vector<std::string> columnNames;
  std::string selectText;
};

struct TriggerDefinition {
  std::string name;
  std::string table;
  std::string timing;                ///< BEFORE (also where nothing is said), AFTER or INSTEAD OF.
  std::string event;                 ///< DELETE, INSERT or UPDATE.
  std::vector<std::string> columns;  ///< UPDATE OF …; empty: any.
  std::string whenText;              ///< The condition as written; empty: none.
  std::string body;                  ///< What stands between BEGIN and END, as written.
};

}  // namespace repot::sql
