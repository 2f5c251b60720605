// The parts of translating a query: the tables that WITH names, one SELECT among those of a
// compound, and the query as a whole. Every function refuses by throwing Refusal.
#pragma once

#include "engine/sql/select.hpp"
#include "engine/sql/translator.hpp"

#include <set>
#include <string>
#include <vector>

namespace repot::sql {

/// A table of WITH. While `open`, its own query is being translated.
struct NamedQuery {
  std::string name;
  Relation relation;
  bool open = false;
  int uses = 0;
};

/// The tables that WITH names here and further out.
struct NamedQueries {
  NamedQueries* outer = nullptr;
  std::vector<NamedQuery> queries;
  NamedQuery* find(std::string_view name);
};

struct QueryContext {
  const RelationResolver& relations;
  bool byteOrder;
  int unnamed = 0;  ///< Subqueries in FROM that got a name here.
};

struct Query {
  std::string sql;
  std::vector<RelationColumn> columns;
  bool oneRow = false;  ///< Never more than one.
};

/// Where in a SELECT an expression stands decides what it may name.
enum class Clause {
  rows,     ///< ON, and arguments of aggregates.
  filter,   ///< WHERE and GROUP BY: names of result columns too.
  result,   ///< Result columns.
  ordered,  ///< HAVING and ORDER BY: names of result columns too.
};

class CoreTranslator;

/// An expression's surroundings in one clause of one SELECT.
class ClauseScope : public QueryScope {
 public:
  ClauseScope(const CoreTranslator& core, Clause clause);
  std::optional<Value> groupKey(const Expr& expr) const override;
  Value aggregate(const Expr& call) const override;
  bool mayTakeIntegers(const Expr& argument) const override;
  Value scalar(const Select& select) const override;
  Value exists(const Select& select) const override;
  Value isIn(const Value& left, const Select& select, bool negated) const override;

  std::optional<ColumnInfo> find(std::string_view qualifier, std::string_view name) const;
  Value value(const Expr& expr) const { return Translator(resolver_, this).value(expr); }
  Value usable(const Expr& expr) const { return Translator(resolver_, this).usable(expr); }
  std::string condition(const Expr& expr) const {
    return Translator(resolver_, this).condition(expr).sql;
  }

 private:
  const CoreTranslator& core_;
  Clause clause_;
  ColumnResolver resolver_;
};

/// One SELECT or VALUES.
class CoreTranslator {
 public:
  struct Output {
    const Expr* expr = nullptr;
    std::string name;  ///< The alias or the column's name; empty: none.
    bool approximate = false;
  };

  /// `outer`: the scope in which a subquery stands, or null.
  CoreTranslator(const SelectCore& core, QueryContext& context, NamedQueries* named,
                 const ClauseScope* outer, const std::vector<OrderTerm>* orderBy);

  const std::vector<Output>& outputs() const { return outputs_; }
  /// The values of the result's columns: one row, or those of VALUES.
  const std::vector<std::vector<Value>>& rows() const { return rows_; }
  /// The statement with `rows` in place of the values, which have been given common types.
  std::string sql(const std::vector<std::vector<std::string>>& rows) const;
  bool oneRow() const;
  ClauseScope scope(Clause clause) const { return {*this, clause}; }

 private:
  friend class ClauseScope;
  struct Source {
    std::string alias;
    std::string quoted;
    Relation relation;
    std::vector<bool> merged;  ///< Columns that USING hides behind an earlier one.
  };

  std::string from(const std::vector<FromItem>& items);
  std::string fromItem(const FromItem& item, bool inner);
  std::string namedTable(const FromItem& item, bool inner);
  std::string derivedTable(const FromItem& item);
  std::string joined(const FromItem& item);
  std::string joinCondition(const FromItem& item, std::size_t firstRight);
  std::vector<std::string> sharedColumns(std::size_t firstRight) const;
  void addSource(std::string alias, std::string quoted, Relation relation);

  void expandColumns();
  void expandStar(const std::string& table);
  void prepareGroups(const std::vector<OrderTerm>* orderBy);
  const Expr& groupExpr(const Expr& written) const;
  void translateRows();

  bool grouped(Clause clause) const {
    return aggregates_ && (clause == Clause::result || clause == Clause::ordered);
  }
  std::optional<ColumnInfo> ownColumn(std::string_view qualifier, std::string_view name,
                                      bool grouped) const;
  std::optional<ColumnInfo> alias(std::string_view name, Clause clause) const;
  bool isOwn(const Expr& expr) const;
  bool hasUnnamed() const;
  bool looksUpKey(const Expr& condition) const;

  const SelectCore& core_;
  QueryContext& context_;
  NamedQueries* named_;
  const ClauseScope* outer_;
  std::vector<Source> sources_;
  std::string from_;
  std::string where_, having_;
  std::vector<Output> outputs_;
  std::vector<ExprPtr> expanded_;  ///< The columns that * stands for.
  std::vector<std::vector<Value>> rows_;
  bool aggregates_ = false;
  std::vector<const Expr*> groupExprs_;
  std::vector<Value> groupValues_;
  std::set<std::string> groupColumns_;
  mutable bool approximate_ = false;          ///< Seen in the expression at hand.
  mutable std::vector<const Expr*> aliases_;  ///< Being replaced, so that none refers to itself.
};

/// `self`: the table of WITH whose query this is, or null.
Query translateQuery(const Select& select, QueryContext& context, NamedQueries* named,
                     const ClauseScope* outer, NamedQuery* self = nullptr);

/// Refuses values that DISTINCT, GROUP BY and UNION would tell apart in another way than SQLite.
void requireGroupable(const Value& value);
/// The same expression, names compared as SQLite does.
bool sameExpr(const Expr& left, const Expr& right);
/// A number as LIMIT, OFFSET, ORDER BY and GROUP BY have it.
std::optional<long long> integerLiteral(const Expr& expr);
std::string quoteName(std::string_view name);

}  // namespace repot::sql
