// Criteria of find(), count(), …: typed comparisons of mapped members, combined with &&, || and !.
#pragma once

#include <repot/mapping.hpp>

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace repot {

class Backend;

namespace detail {

/// A column with its table, so that a criterion also holds inside a join.
struct ColumnName {
  std::string table;
  std::string column;
};
/// "table"."column"
std::string quoted(const ColumnName& name);

/// A condition as a tree: it becomes SQL only when its backend and its place in a statement are
/// known. Immutable, hence shared by the criteria that are made of it.
struct Condition {
  enum class Kind {
    compare,
    isNull,
    isNotNull,
    in,
    like,
    likeIgnoringCase,
    logicalAnd,
    logicalOr,
    negation
  };
  Kind kind = Kind::compare;
  ColumnName column;
  std::string comparison;     ///< Of `compare`: "=", "<", …
  std::vector<Value> values;  ///< What the column is compared with.
  std::vector<std::shared_ptr<const Condition>> parts;
};
using ConditionPtr = std::shared_ptr<const Condition>;

ConditionPtr compare(ColumnName column, std::string comparison, Value value);
ConditionPtr nullTest(ColumnName column, bool wanted);
ConditionPtr inList(ColumnName column, std::vector<Value> values);
/// `pattern` as in SQL: % any text, _ any character, \ takes the next one literally. Throws
/// Error(usage) where it ends with a single \.
ConditionPtr like(ColumnName column, std::string pattern, bool ignoreCase);
ConditionPtr logicalAnd(ConditionPtr left, ConditionPtr right);
ConditionPtr logicalOr(ConditionPtr left, ConditionPtr right);
ConditionPtr negation(ConditionPtr part);
/// `text` as a pattern that matches nothing but itself.
std::string escapeLike(const std::string& text);

/// Puts the value behind `values` and returns its placeholder.
std::string bound(Value value, std::vector<Value>& values);

/// Appends the condition as SQL; its values go behind `values`, whose size counts placeholders.
void render(const Condition& condition, const Backend& backend, std::string& sql,
            std::vector<Value>& values);

template <typename T>
struct Bare {
  using type = T;
};
template <typename T>
struct Bare<std::optional<T>> {
  using type = T;
};

}  // namespace detail

/// A condition on the rows of one entity. As in SQL a comparison with NULL is never met.
template <typename Entity>
class Criterion {
 public:
  /// For criteria of one's own backend; applications begin with where().
  explicit Criterion(detail::ConditionPtr condition) : condition_(std::move(condition)) {}
  const detail::ConditionPtr& condition() const noexcept { return condition_; }

  /// Both are met, one of them is, it is not; a comparison with NULL is neither met nor not.
  friend Criterion operator&&(Criterion left, Criterion right) {
    return Criterion(detail::logicalAnd(std::move(left.condition_), std::move(right.condition_)));
  }
  friend Criterion operator||(Criterion left, Criterion right) {
    return Criterion(detail::logicalOr(std::move(left.condition_), std::move(right.condition_)));
  }
  friend Criterion operator!(Criterion criterion) {
    return Criterion(detail::negation(std::move(criterion.condition_)));
  }

 private:
  detail::ConditionPtr condition_;
};

/// Whether texts that differ in case only are the same. Ignoring it folds all of Unicode, by the
/// same rules (ICU's root locale) on every backend.
enum class Case { sensitive, ignored };

/// A member in a criterion; made by where().
template <typename Entity, typename Member>
class FieldRef {
 public:
  /// The type without std::optional.
  using Bare = typename detail::Bare<Member>::type;
  static constexpr ColumnType type = ValueTraits<Member>::type;

  /// See where().
  explicit FieldRef(Member Entity::*member)
      : column_{entityMap<Entity>().table(), entityMap<Entity>().columnOf(member).name} {}

  /// Comparisons with a bound value; both bounds of between() belong to it.
  Criterion<Entity> operator==(const Bare& value) const { return make("=", value); }
  Criterion<Entity> operator!=(const Bare& value) const { return make("<>", value); }
  Criterion<Entity> operator<(const Bare& value) const { return make("<", value); }
  Criterion<Entity> operator<=(const Bare& value) const { return make("<=", value); }
  Criterion<Entity> operator>(const Bare& value) const { return make(">", value); }
  Criterion<Entity> operator>=(const Bare& value) const { return make(">=", value); }
  Criterion<Entity> between(const Bare& low, const Bare& high) const {
    return *this >= low && *this <= high;
  }
  Criterion<Entity> isNull() const { return Criterion<Entity>(detail::nullTest(column_, true)); }
  Criterion<Entity> isNotNull() const {
    return Criterion<Entity>(detail::nullTest(column_, false));
  }
  /// Met by any of `values`; by none where it is empty. Up to some 30,000 values.
  Criterion<Entity> in(const std::vector<Bare>& values) const {
    std::vector<Value> bound;
    bound.reserve(values.size());
    for (const auto& value : values)
      bound.push_back(ValueTraits<Bare>::toValue(value));
    return Criterion<Entity>(detail::inList(column_, std::move(bound)));
  }

  /// SQL's LIKE: % stands for any text, _ for one character, \ before either for itself.
  Criterion<Entity> like(std::string pattern, Case letters = Case::sensitive) const
      requires(type == ColumnType::text) {
    return Criterion<Entity>(detail::like(column_, std::move(pattern), letters == Case::ignored));
  }
  /// For a user's text: every character of it stands for itself.
  Criterion<Entity> contains(const std::string& text, Case letters = Case::sensitive) const
      requires(type == ColumnType::text) {
    return like('%' + detail::escapeLike(text) + '%', letters);
  }
  Criterion<Entity> startsWith(const std::string& text, Case letters = Case::sensitive) const
      requires(type == ColumnType::text) {
    return like(detail::escapeLike(text) + '%', letters);
  }
  Criterion<Entity> endsWith(const std::string& text, Case letters = Case::sensitive) const
      requires(type == ColumnType::text) {
    return like('%' + detail::escapeLike(text), letters);
  }
  Criterion<Entity> equalsIgnoringCase(const std::string& text) const
      requires(type == ColumnType::text) {
    return like(detail::escapeLike(text), Case::ignored);
  }

 private:
  Criterion<Entity> make(std::string comparison, const Bare& value) const {
    static_assert(type != ColumnType::json, "JSON texts have no order and no equality in SQL");
    return Criterion<Entity>(
        detail::compare(column_, std::move(comparison), ValueTraits<Bare>::toValue(value)));
  }
  detail::ColumnName column_;
};

template <typename Entity, typename Member>
FieldRef<Entity, Member> where(Member Entity::*member) {
  return FieldRef<Entity, Member>(member);
}

namespace detail {

struct OrderTerm {
  ColumnName column;
  ColumnType type = ColumnType::text;
  bool descending = false;
  bool nullable = false;
};

/// Appends ORDER BY, LIMIT and OFFSET; the numbers are bound behind `values`.
void appendSelection(std::string& sql, std::vector<Value>& values,
                     const std::vector<OrderTerm>& order, const std::optional<std::int64_t>& limit,
                     const std::optional<std::int64_t>& offset);

template <typename Entity, typename Member>
OrderTerm orderTerm(Member Entity::*member, bool descending) {
  const ColumnInfo& info = entityMap<Entity>().columnOf(member);
  return {{entityMap<Entity>().table(), info.name}, info.type, descending, info.nullable};
}

}  // namespace detail

/// Order, limit and offset of find(). NULLs come first in ascending order on every backend.
template <typename Entity>
class Selection {
 public:
  /// By this member; where it is equal, by those of later calls. At most so many rows, after so
  /// many that are left out.
  template <typename Member>
  Selection& orderBy(Member Entity::*member, bool descending = false) {
    order_.push_back(detail::orderTerm(member, descending));
    return *this;
  }
  Selection& limit(std::int64_t rows) {
    limit_ = rows;
    return *this;
  }
  Selection& offset(std::int64_t rows) {
    offset_ = rows;
    return *this;
  }
  const std::vector<detail::OrderTerm>& order() const noexcept { return order_; }
  const std::optional<std::int64_t>& limit() const noexcept { return limit_; }
  const std::optional<std::int64_t>& offset() const noexcept { return offset_; }

 private:
  std::vector<detail::OrderTerm> order_;
  std::optional<std::int64_t> limit_;
  std::optional<std::int64_t> offset_;
};

}  // namespace repot
