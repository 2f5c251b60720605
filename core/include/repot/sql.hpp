// SQL of one's own, with bound parameters and typed columns: the way out where criteria end.
#pragma once

#include <repot/entity_io.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace repot {

namespace detail {

/// The value of a column read as T. Throws Error(data) for NULL unless T is an optional.
template <typename T>
T readColumn(const Statement& statement, int index) {
  Value value = statement.column(index, ValueTraits<T>::type);
  if (isNull(value) && !ValueTraits<T>::nullable) {
    throw Error(ErrorKind::data, "column " + std::to_string(index + 1) +
                                     " of the result is NULL; read it as std::optional");
  }
  return ValueTraits<T>::fromValue(std::move(value));
}

template <typename... Columns, std::size_t... Indexes>
std::tuple<Columns...> readRow(const Statement& statement, std::index_sequence<Indexes...>) {
  return std::tuple<Columns...>(readColumn<Columns>(statement, static_cast<int>(Indexes))...);
}

}  // namespace detail

/// Runs a query and returns its rows:
///
///     for (auto [title, plays] : select<std::string, std::int64_t>(
///              work, "SELECT title, plays FROM tracks WHERE plays > $1", 10)) …
///
/// Values go in only as $1, $2, …; the columns are read by position as the types say.
/// Throws Error: schema for SQL that does not fit, data for a column of another type.
template <typename... Columns, typename... Values>
std::vector<std::tuple<Columns...>> select(UnitOfWork& work, std::string_view sql,
                                           const Values&... values) {
  detail::Execution execution(work.statement(sql));
  int position = 0;
  (execution->bind(++position, detail::toValue(values)), ...);
  std::vector<std::tuple<Columns...>> rows;
  while (execution->next()) {
    rows.push_back(detail::readRow<Columns...>(*execution, std::index_sequence_for<Columns...>()));
  }
  return rows;
}

/// The entities of a query whose columns are those of the mapping, in its order.
template <typename Entity, typename... Values>
std::vector<Entity> selectEntities(UnitOfWork& work, std::string_view sql,
                                   const Values&... values) {
  detail::Execution execution(work.statement(sql));
  int position = 0;
  (execution->bind(++position, detail::toValue(values)), ...);
  std::vector<Entity> rows;
  while (execution->next())
    rows.push_back(detail::readEntity<Entity>(*execution));
  return rows;
}

/// Runs a statement and returns the number of rows that it changed.
template <typename... Values>
std::int64_t execute(UnitOfWork& work, std::string_view sql, const Values&... values) {
  return work.execute(sql, {detail::toValue(values)...});
}

}  // namespace repot
