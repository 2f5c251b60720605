// The walk over an expression. Every function refuses by throwing Refusal.
#pragma once

#include "engine/sql/value.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace repot::sql {

/// What expressions have only inside a query. Each function refuses by throwing Refusal.
class QueryScope {
 public:
  QueryScope() = default;
  QueryScope(const QueryScope&) = delete;
  QueryScope& operator=(const QueryScope&) = delete;
  virtual ~QueryScope() = default;

  /// The expression as a key of GROUP BY, where it is one.
  virtual std::optional<Value> groupKey(const Expr& expr) const = 0;
  /// A call of an aggregate function.
  virtual Value aggregate(const Expr& call) const = 0;
  /// Translator::mayBeInteger() of what an aggregate takes.
  virtual bool mayTakeIntegers(const Expr& argument) const = 0;
  /// (SELECT …) of one column and at most one row.
  virtual Value scalar(const Select& select) const = 0;
  virtual Value exists(const Select& select) const = 0;
  /// `left` [NOT] IN (SELECT …)
  virtual Value isIn(const Value& left, const Select& select, bool negated) const = 0;
};

/// count(), sum() and the like; min() and max() only with one argument.
bool isAggregate(const Expr& call);

class Translator {
 public:
  explicit Translator(const ColumnResolver& resolver, const QueryScope* query = nullptr)
      : resolver_(resolver), query_(query) {}

  Value value(const Expr& expr) const;
  Value condition(const Expr& expr) const { return toCondition(usable(expr)); }
  /// A value whose SQLite value can be told from PostgreSQL's.
  Value usable(const Expr& expr) const;
  /// Whether the expression has a column that holds integers beside reals, or may have.
  bool mayBeInteger(const Expr& expr) const;

 private:
  Value ofKind(const Expr& expr) const;
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
  const QueryScope* query_;
};

}  // namespace repot::sql
