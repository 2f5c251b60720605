// Entities through prepared statements: what repositories, queries and relations share.
#pragma once

#include <repot/backend.hpp>
#include <repot/mapping.hpp>
#include <repot/unit_of_work.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace repot::detail {

/// Resets the statement at the end of its use, so that no lock and no value stays behind.
class Execution {
 public:
  explicit Execution(Statement& statement) : statement_(statement) {}
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;
  ~Execution() { statement_.reset(); }
  Statement* operator->() const noexcept { return &statement_; }
  Statement& operator*() const noexcept { return statement_; }

  void bind(const std::vector<Value>& values) {
    for (std::size_t i = 0; i < values.size(); ++i)
      statement_.bind(static_cast<int>(i) + 1, values[i]);
  }
  void finish() {
    while (statement_.next()) {
    }
  }

 private:
  Statement& statement_;
};

[[noreturn]] void throwNotUpdated(const std::string& table, std::string_view what);
[[noreturn]] void throwConflict(const std::string& table);
/// `firstColumn` is the place of the entity's columns in the result.
[[noreturn]] void throwUnreadable(const Error& error, const std::string& table,
                                  const std::vector<ColumnInfo>& columns, std::size_t column,
                                  const Statement& statement, int firstColumn);
/// A value given by the caller: a literal text is a text too.
template <typename T>
Value toValue(const T& value) {
  if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return Value(std::string(std::string_view(value)));
  } else {
    return ValueTraits<T>::toValue(value);
  }
}

template <typename Entity>
void bindColumn(const Entity& entity, std::size_t column, Binder& binder, int position) {
  const EntityMap<Entity>& map = entityMap<Entity>();
  try {
    map.accessor(column).bind(entity, binder, position);
  } catch (const Error& error) {
    throw error.within(map.table() + "." + map.columns()[column].name);
  }
}

/// The entity in the current row, whose columns start at `first`.
template <typename Entity>
Entity readEntity(const Statement& statement, int first = 0) {
  const EntityMap<Entity>& map = entityMap<Entity>();
  Entity entity{};
  for (std::size_t i = 0; i < map.columns().size(); ++i) {
    try {
      map.accessor(i).read(entity, statement, first + static_cast<int>(i));
    } catch (const Error& error) {
      throwUnreadable(error, map.table(), map.columns(), i, statement, first);
    }
  }
  return entity;
}

}  // namespace repot::detail
