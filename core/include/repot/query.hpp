// Queries over several entities: joins, projections, aggregates and groups, typed by what they
// select.
//
//     auto rows = Query(work).from<Track>()
//                     .join(&Track::artistId, &Artist::id)
//                     .where(where(&Track::durationMs) > 1000)
//                     .groupBy(&Artist::name)
//                     .orderBy(count(), Order::descending)
//                     .select(column(&Artist::name), count(), sum(&Track::durationMs));
#pragma once

#include <repot/criteria.hpp>
#include <repot/sql.hpp>

#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace repot {

/// What a query selects or orders by: its SQL, and the type of its value.
template <typename T>
struct Expression {
  using Result = T;
  static constexpr int width = 1;  ///< Columns of the result.
  std::string sql;
  bool aggregate = false;
  bool nullable = ValueTraits<T>::nullable;

  /// What stands in the SELECT, and how it is read back.
  std::string columns() const { return sql; }
  static T read(const Statement& statement, int first) {
    return detail::readColumn<T>(statement, first);
  }
};

/// A whole entity, its columns side by side.
template <typename Entity>
struct EntityExpression {
  using Result = Entity;
  std::string columns() const {
    std::string sql;
    for (const auto& column : entityMap<Entity>().columns()) {
      if (!sql.empty()) sql += ", ";
      sql += detail::quoted({entityMap<Entity>().table(), column.name});
    }
    return sql;
  }
};

namespace detail {

template <typename Entity, typename Member>
std::string memberSql(Member Entity::*member) {
  return quoted({entityMap<Entity>().table(), entityMap<Entity>().columnOf(member).name});
}

template <typename Member>
inline constexpr bool isNumber = ValueTraits<Member>::type == ColumnType::integer ||
                                 ValueTraits<Member>::type == ColumnType::real ||
                                 ValueTraits<Member>::type == ColumnType::decimal;

/// The sum's type: 64 bits for every integer, else the member's own.
template <typename Bare>
using SumOf =
    std::conditional_t<ValueTraits<Bare>::type == ColumnType::integer, std::int64_t, Bare>;

}  // namespace detail

/// The member as it is.
template <typename Entity, typename Member>
Expression<Member> column(Member Entity::*member) {
  return {detail::memberSql(member)};
}
/// The member of an entity that a left join may lack.
template <typename Entity, typename Member>
Expression<std::optional<typename detail::Bare<Member>::type>> optionalColumn(
    Member Entity::*member) {
  return {detail::memberSql(member)};
}
/// All of an entity.
template <typename Entity>
EntityExpression<Entity> entity() {
  return {};
}

/// Rows.
inline Expression<std::int64_t> count() {
  return {"count(*)", true};
}
/// Rows where the member is not NULL.
template <typename Entity, typename Member>
Expression<std::int64_t> count(Member Entity::*member) {
  return {"count(" + detail::memberSql(member) + ')', true};
}
template <typename Entity, typename Member>
Expression<std::int64_t> countDistinct(Member Entity::*member) {
  return {"count(DISTINCT " + detail::memberSql(member) + ')', true};
}
/// Nothing where there is no value. Integers beyond 64 bits are Error(data).
template <typename Entity, typename Member>
auto sum(Member Entity::*member) {
  using Bare = typename detail::Bare<Member>::type;
  static_assert(detail::isNumber<Bare>, "only numbers can be summed");
  const std::string sql = "sum(" + detail::memberSql(member) + ')';
  // PostgreSQL sums integers as numeric; the cast refuses what does not fit, as SQLite's sum does.
  return Expression<std::optional<detail::SumOf<Bare>>>{
      ValueTraits<Bare>::type == ColumnType::integer ? "CAST(" + sql + " AS bigint)" : sql, true};
}
template <typename Entity, typename Member>
Expression<std::optional<double>> average(Member Entity::*member) {
  static_assert(detail::isNumber<typename detail::Bare<Member>::type>,
                "only numbers have an average");
  return {"avg(CAST(" + detail::memberSql(member) + " AS double precision))", true};
}
template <typename Entity, typename Member>
Expression<std::optional<typename detail::Bare<Member>::type>> min(Member Entity::*member) {
  return {"min(" + detail::memberSql(member) + ')', true};
}
template <typename Entity, typename Member>
Expression<std::optional<typename detail::Bare<Member>::type>> max(Member Entity::*member) {
  return {"max(" + detail::memberSql(member) + ')', true};
}

enum class Order { ascending, descending };

/// Conditions and order of a query under construction; run by select() or forEach(). Throws as
/// select() of sql.hpp. Each table may occur once.
class JoinQuery {
 public:
  /// Made by Query::from().
  JoinQuery(UnitOfWork& work, std::string from) : work_(work), from_(std::move(from)) {}

  /// Rows of both sides whose members are equal. One of the two entities must be there already.
  template <typename A, typename MemberA, typename B, typename MemberB>
  JoinQuery& join(MemberA A::*present, MemberB B::*added) {
    return joinTable<B>(" JOIN ", detail::memberSql(present), detail::memberSql(added));
  }
  /// As join(), and the rows of `present` that have no other; select optionalColumn() of these.
  template <typename A, typename MemberA, typename B, typename MemberB>
  JoinQuery& leftJoin(MemberA A::*present, MemberB B::*added) {
    return joinTable<B>(" LEFT JOIN ", detail::memberSql(present), detail::memberSql(added));
  }
  /// Several calls are combined by AND.
  template <typename Entity>
  JoinQuery& where(const Criterion<Entity>& criterion) {
    conditions_.push_back(criterion.condition());
    return *this;
  }
  /// Rows that meet at least one of the criteria, which may be of different entities.
  template <typename First, typename... Others>
  JoinQuery& whereAny(const Criterion<First>& first, const Criterion<Others>&... others) {
    detail::ConditionPtr any = first.condition();
    ((any = detail::logicalOr(std::move(any), others.condition())), ...);
    conditions_.push_back(std::move(any));
    return *this;
  }
  template <typename Entity, typename Member>
  JoinQuery& groupBy(Member Entity::*member) {
    groups_.push_back(detail::memberSql(member));
    return *this;
  }
  /// Groups of which this holds: having(count(), ">", 1).
  template <typename T>
  JoinQuery& having(const Expression<T>& expression, std::string_view comparison,
                    const typename detail::Bare<T>::type& value);
  template <typename Entity, typename Member>
  JoinQuery& orderBy(Member Entity::*member, Order order = Order::ascending) {
    return orderBy(column(member), order);
  }
  template <typename T>
  JoinQuery& orderBy(const Expression<T>& expression, Order order = Order::ascending) {
    const bool descending = order == Order::descending;
    order_ += order_.empty() ? " ORDER BY " : ", ";
    order_ += expression.sql + (descending ? " DESC" : " ASC");
    if (expression.nullable) order_ += descending ? " NULLS LAST" : " NULLS FIRST";
    return *this;
  }
  JoinQuery& limit(std::int64_t rows) {
    limit_ = rows;
    return *this;
  }
  JoinQuery& offset(std::int64_t rows) {
    offset_ = rows;
    return *this;
  }
  JoinQuery& distinct() {
    distinct_ = true;
    return *this;
  }

  /// Runs the query; a tuple for each row.
  template <typename... Expressions>
  auto select(const Expressions&... expressions)
      -> std::vector<std::tuple<typename Expressions::Result...>> {
    std::vector<std::tuple<typename Expressions::Result...>> rows;
    std::vector<Value> values;
    detail::Execution execution(work_.statement(sql(columnsOf(expressions...), values)));
    execution.bind(values);
    while (execution->next())
      rows.push_back(read(*execution, expressions...));
    return rows;
  }
  /// As select(), row by row in bounded memory.
  template <typename Visit, typename... Expressions>
  void forEach(Visit visit, const Expressions&... expressions) {
    std::vector<Value> values;
    const auto statement = work_.connection().stream(sql(columnsOf(expressions...), values));
    detail::Execution execution(*statement);
    execution.bind(values);
    while (execution->next())
      visit(read(*execution, expressions...));
  }

 private:
  struct Having {
    std::string sql;  ///< Up to the placeholder.
    Value value;
  };

  template <typename Entity>
  JoinQuery& joinTable(std::string_view word, const std::string& left, const std::string& right) {
    from_ += std::string(word) + quoteIdentifier(entityMap<Entity>().table()) + " ON " + left +
             " = " + right;
    return *this;
  }
  void addHaving(std::string sql, std::string_view comparison, Value value);
  std::string sql(const std::string& columns, std::vector<Value>& values);

  /// A column that is neither grouped nor aggregated has no one value; SQLite would take any.
  void check(const std::string& sql, bool aggregate, bool anyAggregate) const;
  template <typename T>
  static bool isAggregate(const Expression<T>& expression) {
    return expression.aggregate;
  }
  template <typename Entity>
  static bool isAggregate(const EntityExpression<Entity>&) {
    return false;
  }

  template <typename... Expressions>
  std::string columnsOf(const Expressions&... expressions) const {
    const bool any = (isAggregate(expressions) || ...);
    (check(expressions.columns(), isAggregate(expressions), any), ...);
    std::string sql;
    ((sql += (sql.empty() ? "" : ", ") + expressions.columns()), ...);
    return sql;
  }
  template <typename T>
  static T readOne(const Statement& statement, int& place, const Expression<T>&) {
    return Expression<T>::read(statement, place++);
  }
  template <typename Entity>
  static Entity readOne(const Statement& statement, int& place, const EntityExpression<Entity>&) {
    const int first = place;
    place += static_cast<int>(entityMap<Entity>().columns().size());
    return detail::readEntity<Entity>(statement, first);
  }
  template <typename... Expressions>
  static auto read(const Statement& statement, const Expressions&... expressions) {
    int place = 0;
    // Braces evaluate from left to right, as the places must be counted.
    return std::tuple<typename Expressions::Result...>{readOne(statement, place, expressions)...};
  }

  UnitOfWork& work_;
  std::string from_;
  std::vector<detail::ConditionPtr> conditions_;
  std::vector<std::string> groups_;
  std::vector<Having> having_;
  std::string order_;
  std::optional<std::int64_t> limit_;
  std::optional<std::int64_t> offset_;
  bool distinct_ = false;
};

template <typename T>
JoinQuery& JoinQuery::having(const Expression<T>& expression, std::string_view comparison,
                             const typename detail::Bare<T>::type& value) {
  addHaving(expression.sql, comparison,
            ValueTraits<typename detail::Bare<T>::type>::toValue(value));
  return *this;
}

/// The start of a query.
class Query {
 public:
  /// Within this unit of work, from the table of `Entity`.
  explicit Query(UnitOfWork& work) : work_(work) {}
  template <typename Entity>
  JoinQuery from() {
    return JoinQuery(work_, quoteIdentifier(entityMap<Entity>().table()));
  }

 private:
  UnitOfWork& work_;
};

}  // namespace repot
