// What only the text of CREATE statements tells (CHECKs, constraint names, DEFERRABLE,
// expressions), parsed and translated by repot::sql; the rest of planning asks here and never sees
// a syntax tree.
#pragma once

#include "plan.hpp"
#include "source_schema.hpp"

#include <repot/schema/model.hpp>

#include <optional>
#include <string>
#include <utility>
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
  std::string primaryKeyName;  ///< Empty: unnamed.
  std::vector<ForeignKey> foreignKeys;
  std::vector<std::pair<std::string, std::string>> generated;  ///< Column, expression.
  /// Columns that Repot declared, whose type is therefore known. Their CHECK is not in `checks`.
  std::vector<std::pair<std::string, schema::Type>> declaredByRepot;
  bool hasConflictClause = false;  ///< ON CONFLICT …, which PostgreSQL has no equal for.
};
TableDdl parseTableDdl(const SourceTable& table);

struct Translation {
  std::optional<std::string> sql;  ///< PostgreSQL's expression; absent where there is no exact one.
  std::string reason;              ///< Why not.
  bool guaranteed = false;         ///< A CHECK that the types of PostgreSQL can never let fail.
};

/// The condition of a CHECK over the columns of the planned table.
Translation translateCheck(const std::string& expression, const SourceTable& source,
                           const TablePlan& table);
/// An expression for a stored generated column: immutable, over ordinary columns only, and of the
/// type of `target`.
Translation translateGenerated(const std::string& expression, const SourceTable& source,
                               const TablePlan& table, const ColumnPlan& target);
/// A default that is no constant ("datetime('now')") for a column of the target's type. Neither
/// `sql` nor `reason`: the default is NULL.
Translation translateDefault(const std::string& expression, const ColumnPlan& target);

struct IndexTranslation {
  std::vector<Translation> parts;  ///< With collation and order, as they stand in CREATE INDEX.
  std::optional<Translation> where;
  std::vector<std::string>
      sourceParts;           ///< As the source spells them, without collation and order.
  std::string sourceWhere;   ///< Empty: no predicate.
  bool mayOverflow = false;  ///< Where SQLite computes with reals, PostgreSQL may fail.
};
/// Key parts and predicate of a CREATE INDEX; absent where its text was not understood.
std::optional<IndexTranslation> translateIndex(const std::string& sql, const SourceTable& source,
                                               const TablePlan& table);

}  // namespace repot::migrate
