// Criteria of find() and count(): typed comparisons of mapped members, combined with &&, || and !.
#pragma once

#include <repot/mapping.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repot {

namespace detail {

/// A condition as SQL with $n placeholders counted from 1, and the values in that order.
struct Condition {
  std::string sql;
  std::vector<Value> values;
};
Condition compare(const std::string& column, std::string_view comparison, Value value);
Condition isNullCondition(const std::string& column, bool wanted);
Condition inCondition(const std::string& column, std::vector<Value> values);
Condition combine(Condition left, std::string_view word, Condition right);
Condition negate(Condition condition);
/// `sql` with every placeholder $n turned into $(n + by).
std::string shiftPlaceholders(const std::string& sql, std::size_t by);

}  // namespace detail

/// A condition on the rows of one entity. As in SQL a comparison with NULL is never met.
template <typename Entity>
class Criterion {
 public:
  explicit Criterion(detail::Condition condition) : condition_(std::move(condition)) {}
  const detail::Condition& condition() const noexcept { return condition_; }

  friend Criterion operator&&(Criterion left, Criterion right) {
    return Criterion(
        detail::combine(std::move(left.condition_), "AND", std::move(right.condition_)));
  }
  friend Criterion operator||(Criterion left, Criterion right) {
    return Criterion(
        detail::combine(std::move(left.condition_), "OR", std::move(right.condition_)));
  }
  friend Criterion operator!(Criterion criterion) {
    return Criterion(detail::negate(std::move(criterion.condition_)));
  }

 private:
  detail::Condition condition_;
};

namespace detail {
template <typename T>
struct Bare {
  using type = T;
};
template <typename T>
struct Bare<std::optional<T>> {
  using type = T;
};
}  // namespace detail

/// A member in a criterion; made by where().
template <typename Entity, typename Member>
class FieldRef {
 public:
  using Bare = typename detail::Bare<Member>::type;
  explicit FieldRef(Member Entity::*member) : column_(entityMap<Entity>().columnOf(member).name) {}

  Criterion<Entity> operator==(const Bare& value) const { return make("=", value); }
  Criterion<Entity> operator!=(const Bare& value) const { return make("<>", value); }
  Criterion<Entity> operator<(const Bare& value) const { return make("<", value); }
  Criterion<Entity> operator<=(const Bare& value) const { return make("<=", value); }
  Criterion<Entity> operator>(const Bare& value) const { return make(">", value); }
  Criterion<Entity> operator>=(const Bare& value) const { return make(">=", value); }
  Criterion<Entity> between(const Bare& low, const Bare& high) const {
    return *this >= low && *this <= high;
  }
  Criterion<Entity> isNull() const {
    return Criterion<Entity>(detail::isNullCondition(column_, true));
  }
  Criterion<Entity> isNotNull() const {
    return Criterion<Entity>(detail::isNullCondition(column_, false));
  }
  /// Met by any of `values`; by none where it is empty.
  Criterion<Entity> in(const std::vector<Bare>& values) const {
    std::vector<Value> bound;
    bound.reserve(values.size());
    for (const auto& value : values)
      bound.push_back(ValueTraits<Bare>::toValue(value));
    return Criterion<Entity>(detail::inCondition(column_, std::move(bound)));
  }

 private:
  Criterion<Entity> make(std::string_view comparison, const Bare& value) const {
    return Criterion<Entity>(
        detail::compare(column_, comparison, ValueTraits<Bare>::toValue(value)));
  }
  std::string column_;
};

template <typename Entity, typename Member>
FieldRef<Entity, Member> where(Member Entity::*member) {
  return FieldRef<Entity, Member>(member);
}

/// Order, limit and offset of find(). NULLs come first in ascending order on every backend.
template <typename Entity>
class Selection {
 public:
  template <typename Member>
  Selection& orderBy(Member Entity::*member, bool descending = false) {
    order_.emplace_back(entityMap<Entity>().columnOf(member).name, descending);
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
  /// Appends ORDER BY, LIMIT and OFFSET; the numbers are bound after `values`.
  void appendTo(std::string& sql, std::vector<Value>& values) const;

 private:
  std::vector<std::pair<std::string, bool>> order_;
  std::optional<std::int64_t> limit_;
  std::optional<std::int64_t> offset_;
};

namespace detail {
void appendSelection(std::string& sql, std::vector<Value>& values,
                     const std::vector<std::pair<std::string, bool>>& order,
                     const std::optional<std::int64_t>& limit,
                     const std::optional<std::int64_t>& offset);
}  // namespace detail

template <typename Entity>
void Selection<Entity>::appendTo(std::string& sql, std::vector<Value>& values) const {
  detail::appendSelection(sql, values, order_, limit_, offset_);
}

}  // namespace repot
