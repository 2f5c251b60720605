// SQLite's expressions in PostgreSQL's SQL: exactly the same meaning, or no translation and the
// reason. One reservation holds throughout: where SQLite answers an overflow of 64-bit integers or
// doubles by another type or infinity, PostgreSQL fails with an error, never with another value.
#pragma once

#include <repot/sqlite/grammar/ast.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace repot::sql {

/// PostgreSQL's types as far as the meaning of expressions depends on them.
enum class TypeClass {
  integer,  ///< bigint
  real,     ///< double precision
  numeric,
  boolean,
  text,  ///< varchar too
  bytea,
  date,
  time,
  timestamp,
  timestamptz,
  json,  ///< jsonb too
  uuid,
  unknown
};

struct ColumnInfo {
  std::string quotedName;  ///< In the target, ready for use: "\"userId\"".
  TypeClass type = TypeClass::unknown;
  std::string collation;  ///< Of the source: "", "BINARY", "NOCASE", "RTRIM", …
  bool notNull = false;   ///< In the target.
  /// The source's values were of another storage class than the type's usual one: a boolean from
  /// 't' and 'f', a timestamp from numbers, bytea from text. Only NULL tests are translated then.
  bool converted = false;
  /// A double precision column whose values are partly integers in SQLite.
  bool someIntegers = false;
  /// The caller's own number for the column, which translated queries hand on with its values.
  std::optional<std::size_t> origin = {};
};

/// A column by qualifier (may be empty) and name, ASCII case ignored; nothing where there is none.
using ColumnResolver =
    std::function<std::optional<ColumnInfo>(std::string_view qualifier, std::string_view name)>;

struct Translation {
  std::optional<std::string> sql;       ///< Absent where there is no exact equal.
  TypeClass type = TypeClass::unknown;  ///< Of the result.
  std::string reason;                   ///< Why not; set exactly where `sql` is absent.
  bool immutable = true;                ///< May stand in indexes and generated columns.
  bool guaranteed = false;              ///< A condition that can never be false: drop the CHECK.
};

/// The value of an expression (generated columns, index expressions). Where SQLite's value is 0 or
/// 1 as the outcome of a condition, `type` is boolean.
Translation translateExpression(const Expr& expr, const ColumnResolver& resolver);
/// The condition of a CHECK.
Translation translateCheck(const Expr& expr, const ColumnResolver& resolver);
/// The condition of a partial index. Never `guaranteed`: it has to stand.
Translation translatePredicate(const Expr& expr, const ColumnResolver& resolver);
/// A default for a column of type `target`; `defaultSql` as in PRAGMA table_info. `sql` is the text
/// after DEFAULT. For NULL both `sql` and `reason` are empty: the target needs no default.
/// With `notNull`, reasons say that inserts must give a value from now on.
Translation translateDefault(std::string_view defaultSql, TypeClass target, bool notNull);
/// One key part of CREATE INDEX, with collation, order and place of NULLs.
Translation translateIndexColumn(const IndexedColumn& column, const ColumnResolver& resolver);

/// True where the expression has no columns, parameters, functions, CURRENT_… or subqueries.
bool isConstant(const Expr& expr);
/// True where PostgreSQL may fail to compute what SQLite computes of some values: arithmetic, which
/// overflows there.
bool mayOverflow(const Expr& expr);

}  // namespace repot::sql
