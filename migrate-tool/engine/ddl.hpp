// What only the text of CREATE statements tells (CHECKs, constraint names, DEFERRABLE,
// expressions), parsed and translated by repot::sql; the rest of planning asks here and never sees
// a syntax tree.
#pragma once

#include "plan.hpp"
#include "source_schema.hpp"

#include <optional>
#include <string>
#include <vector>

namespace repot::migrate {

struct TableDdl {
  struct Check {
    std::string name;        ///< Empty: unnamed.
    std::string expression;  ///< As in the source.
  };
  struct Key {
    std::string name;
    std::vector<std::string> columns;
  };
  struct ForeignKey {
    std::string name;
    std::vector<std::string> columns;
    bool deferrable = false;
    bool initiallyDeferred = false;
  };
  bool parsed = false;  ///< False: the statement was not understood, and nothing below is known.
  std::string failure;
  std::vector<Check> checks;
  std::vector<Key> uniqueKeys;
  std::optional<std::string> primaryKeyName;
  std::vector<ForeignKey> foreignKeys;
  std::vector<std::pair<std::string, std::string>> generated;  ///< Column, expression.
  bool hasConflictClause = false;  ///< ON CONFLICT …, which PostgreSQL has no equal for.
};
TableDdl parseTableDdl(const SourceTable& table);

/// Key parts and predicate of a CREATE INDEX, as in the source.
struct IndexDdl {
  std::vector<std::string> parts;  ///< Expressions or column names, without collation and order.
  std::string where;
};
std::optional<IndexDdl> parseIndexDdl(const std::string& sql);

struct Translation {
  std::optional<std::string> sql;  ///< PostgreSQL's expression; absent where there is no exact one.
  std::string reason;              ///< Why not.
};
/// An expression over the columns of `table`; `source` resolves names as SQLite does.
Translation translateExpression(const std::string& expression, const SourceTable& source,
                                const TablePlan& table, bool booleanResult);
/// An expression for a stored generated column: immutable and over ordinary columns only.
Translation translateGenerated(const std::string& expression, const SourceTable& source,
                               const TablePlan& table, const ColumnPlan& target);
/// A default that is no constant ("datetime('now')") for a column of the target's type.
Translation translateDefault(const std::string& expression, const ColumnPlan& target);

}  // namespace repot::migrate
