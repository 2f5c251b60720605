// Members straight to and from statements: numbers and texts without a Value in between.
#pragma once

#include <repot/backend.hpp>
#include <repot/value_traits.hpp>

#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace repot::detail {

template <typename T>
inline constexpr bool isPlainInteger =
    std::integral<T> && !std::same_as<T, bool> &&
    (sizeof(T) < sizeof(std::int64_t) || std::signed_integral<T>);

template <typename T>
inline constexpr bool isOptional = false;
template <typename T>
inline constexpr bool isOptional<std::optional<T>> = true;

template <typename T>
void bindMember(Binder& binder, int position, const T& value) {
  if constexpr (std::same_as<T, std::string>) {
    binder.bindText(position, value);
  } else if constexpr (isPlainInteger<T>) {
    binder.bindInteger(position, static_cast<std::int64_t>(value));
  } else if constexpr (isOptional<T>) {
    if (value) {
      bindMember(binder, position, *value);
    } else {
      binder.bind(position, Value());
    }
  } else {
    binder.bind(position, ValueTraits<T>::toValue(value));
  }
}

/// False for NULL, which leaves `value` alone.
template <typename T>
bool readPresent(const Statement& statement, int index, T& value) {
  if constexpr (std::same_as<T, std::string>) {
    return statement.readText(index, value);
  } else if constexpr (isPlainInteger<T>) {
    std::int64_t number = 0;
    if (!statement.readInteger(index, number)) return false;
    value = std::in_range<T>(number) ? static_cast<T>(number)
                                     : ValueTraits<T>::fromValue(Value(number));  // Which throws.
    return true;
  } else {
    Value stored = statement.column(index, ValueTraits<T>::type);
    if (isNull(stored)) return false;
    value = ValueTraits<T>::fromValue(std::move(stored));
    return true;
  }
}

template <typename T>
void readMember(const Statement& statement, int index, T& value) {
  if constexpr (isOptional<T>) {
    if (!readPresent(statement, index, value.emplace())) value.reset();
  } else if constexpr (ValueTraits<T>::nullable) {
    value = ValueTraits<T>::fromValue(statement.column(index, ValueTraits<T>::type));
  } else if (!readPresent(statement, index, value)) {
    throw Error(ErrorKind::data, "NULL where the mapping allows none");
  }
}

}  // namespace repot::detail
