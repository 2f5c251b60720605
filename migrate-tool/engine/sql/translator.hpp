// The walk over an expression. Every function refuses by throwing Refusal.
#pragma once

#include "engine/sql/value.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace repot::sql {

class Translator {
 public:
  explicit Translator(const ColumnResolver& resolver) : resolver_(resolver) {}

  Value value(const Expr& expr) const;
  Value condition(const Expr& expr) const { return toCondition(usable(expr)); }

 private:
  /// A value whose SQLite value can be told from PostgreSQL's.
  Value usable(const Expr& expr) const;
  /// A usable value without COLLATE, which SQLite would hand on to comparisons further up.
  Value plain(const Expr& expr) const;
  /// The n-th argument, plain and of the type, or refused.
  Value argument(const Expr& call, std::size_t index, TypeClass type) const;

  Value column(const Expr& expr) const;
  Value integer(const std::string& text) const;
  Value real(const std::string& text) const;
  Value unary(const Expr& expr) const;
  Value binary(const Expr& expr) const;
  Value arithmetic(const Expr& expr) const;
  /// Whether the expression has a column that holds integers beside reals.
  bool mayBeInteger(const Expr& expr) const;
  bool isSurelyReal(const Value& value, const Expr& expr) const;
  Value concat(const Expr& expr) const;
  Value logical(const Expr& expr) const;
  Value is(const Expr& expr) const;
  Value between(const Expr& expr) const;
  Value in(const Expr& expr) const;
  Value inBooleans(const Expr& expr, const Value& left) const;
  Value like(const Expr& expr) const;
  Value caseWhen(const Expr& expr) const;
  Value cast(const Expr& expr) const;
  /// typeof(x) = '…', whose answer follows from the column's type.
  std::optional<Value> typeofTest(const Expr& expr) const;
  Value typeofIs(const Expr& subject, const std::vector<std::string>& classes) const;
  /// TRUE or FALSE, where no column is called so.
  bool isTruthWord(const Expr& expr) const;
  /// A string, also one in double quotes.
  bool isString(const Expr& expr) const;
  /// Gives all values one type, as the arms of CASE and coalesce() need in PostgreSQL.
  TypeClass unify(std::vector<Value>& values) const;

  Value function(const Expr& call) const;
  std::optional<Value> textFunction(const Expr& call, const std::string& name) const;
  Value trim(const Expr& call, const std::string& name) const;
  Value length(const Expr& call) const;
  Value absolute(const Expr& call) const;
  Value coalesce(const Expr& call) const;
  Value nullIf(const Expr& call) const;
  Value substring(const Expr& call) const;
  Value hex(const Expr& call) const;
  Value jsonValid(const Expr& call) const;
  Value iif(const Expr& call) const;

  const ColumnResolver& resolver_;
};

}  // namespace repot::sql
