// What is known of a translated subexpression, and the rules by which two of them may be compared.
#pragma once

#include "engine/sql/translate.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace repot::sql {

/// Ends a translation; caught where the public functions begin.
struct Refusal {
  std::string reason;
};

struct Value {
  std::string sql;
  TypeClass type = TypeClass::unknown;
  bool null = false;       ///< The literal NULL.
  bool literal = false;    ///< A number or string as written in the source.
  std::string text;        ///< Of a string literal: its value; of a number: as in `sql`.
  std::string_view joint;  ///< AND or OR where that is the outermost operator.
  bool compound = false;   ///< Needs parentheses as an operand.
  bool wide = false;       ///< Of type bigint, not int.
  bool converted = false;  ///< See ColumnInfo.
  std::string collation;   ///< SQLite's, of a column or COLLATE.
  bool explicitCollation = false;
  bool neverFalse = false;                 ///< A condition that is true or NULL.
  std::string nullTest;                    ///< The operand, where this is "x IS NULL".
  std::string notNullTest;                 ///< The operand, where this is "x IS NOT NULL".
  std::optional<std::size_t> origin = {};  ///< See ColumnInfo; of a column and nothing else.

  /// As an operand of any operator.
  std::string operand() const { return compound ? "(" + sql + ")" : sql; }
};

/// 'it''s'; refuses what no PostgreSQL text can hold.
std::string quoteString(std::string_view value);
/// A call or a name: something that needs no parentheses.
Value simpleValue(std::string sql, TypeClass type);
/// Something with an operator at its top.
Value compoundValue(std::string sql, TypeClass type);
Value nullCondition();

/// SQLite's truth of a value.
Value toCondition(Value value);
Value negate(Value condition);
/// Conditions count as 0 and 1 where SQLite computes with them.
Value toNumber(Value value);
/// SQLite's text of a value, for || and the like; refuses what PostgreSQL would spell in another
/// way.
std::string toText(const Value& value);

/// op is one of = <> < <= > >= or "IS [NOT] DISTINCT FROM".
Value compare(std::string_view op, Value left, Value right);
/// The collation that decides a comparison of the two.
std::string collationOf(const Value& left, const Value& right);
/// Text prepared so that BINARY comparison of the result is comparison under `collation`; `ordered`
/// where it also has to sort like SQLite. Refuses collations other than SQLite's own.
std::string collated(const Value& value, std::string_view collation, bool ordered);
bool isIsoDate(std::string_view text);
const char* describe(TypeClass type);

}  // namespace repot::sql
