// A query as SQLite writes it: views, and subqueries of expressions.
#pragma once

#include <repot/sqlite/grammar/ast.hpp>

#include <memory>
#include <string>
#include <vector>

namespace repot::sql {

struct ResultColumn {
  ExprPtr expr;           ///< Null for *.
  std::string alias;      ///< Empty: none.
  std::string starTable;  ///< "t" of t.*; empty for a bare *.
};

struct OrderTerm {
  ExprPtr expr;
  bool descending = false;
  std::string nulls;  ///< FIRST, LAST, or empty where nothing is said: first, or last under DESC.
};

/// One operand of FROM, and how it is joined to what stands before it.
struct FromItem {
  enum class Join { none, inner, left, right, full };
  Join join = Join::none;  ///< none: the first. Commas and CROSS are inner.
  bool natural = false;
  std::string schema;
  std::string table;  ///< Or one of the three below.
  std::unique_ptr<Select> select;
  std::vector<FromItem> nested;  ///< (a JOIN b)
  bool function = false;         ///< A table-valued function, of the name `table`.
  std::string alias;
  ExprPtr on;
  std::vector<std::string> usingColumns;
};

struct SelectCore {
  bool distinct = false;
  std::vector<std::vector<ExprPtr>> values;  ///< VALUES (…), (…); then nothing below is set.
  std::vector<ResultColumn> columns;
  std::vector<FromItem> from;
  ExprPtr where;
  std::vector<ExprPtr> groupBy;
  ExprPtr having;
};

struct CommonTable {
  std::string name;
  std::vector<std::string> columns;
  std::unique_ptr<Select> select;
};

/// cores[0] operators[0] cores[1] operators[1] …, from left to right: SQLite gives them no
/// precedence.
struct Select {
  std::vector<CommonTable> with;
  std::vector<SelectCore> cores;
  std::vector<std::string> operators;  ///< UNION, UNION ALL, EXCEPT, INTERSECT.
  std::vector<OrderTerm> orderBy;
  ExprPtr limit;  ///< Null: none.
  ExprPtr offset;
};

}  // namespace repot::sql
