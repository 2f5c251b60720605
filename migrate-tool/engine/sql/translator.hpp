// The walk over an expression that the translator's files share; see translate.hpp for what it promises.
#pragma once

#include "engine/sql/ast.hpp"
#include "engine/sql/translate.hpp"
#include "engine/sql/value.hpp"

#include <optional>
#include <string>
#include <vector>

namespace repot::sql {

/// Translates one expression. Throws Refusal.
class Translator {
 public:
  explicit Translator(const ColumnResolver& resolver) : resolver_(resolver) {}

  Value value(const Expr& expr) const;
  /// A value as a condition.
  Value condition(const Expr& expr) const { return toCondition(usable(expr)); }

 private:
  /// A value that is still what it was in the source.
  Value usable(const Expr& expr) const;
  /// The same without COLLATE.
  Value plain(const Expr& expr) const;
  Value column(const Expr& expr) const;
  /// TRUE or FALSE, where no column is called so.
  bool isTruthWord(const Expr& expr) const;
  /// A string, also one in double quotes.
  bool isString(const Expr& expr) const;
  Value integer(const std::string& text) const;
  Value real(const std::string& text) const;
  Value unary(const Expr& expr) const;
  Value binary(const Expr& expr) const;
  Value logical(const Expr& expr) const;
  Value arithmetic(const Expr& expr) const;
  Value concat(const Expr& expr) const;
  Value is(const Expr& expr) const;
  Value between(const Expr& expr) const;
  Value in(const Expr& expr) const;
  /// IN over a boolean column.
  Value inBooleans(const Expr& expr, const Value& left) const;
  Value like(const Expr& expr) const;
  Value caseWhen(const Expr& expr) const;
  /// Brings results of several types to one; throws Refusal where there is none.
  TypeClass unify(std::vector<Value>& values) const;
  Value cast(const Expr& expr) const;
  Value function(const Expr& expr) const;
  /// typeof(x) = '…', whose answer follows from the column's type.
  std::optional<Value> typeofTest(const Expr& expr) const;
  Value typeofIs(const Expr& subject, const std::vector<std::string>& classes) const;

  const ColumnResolver& resolver_;
};

}  // namespace repot::sql
