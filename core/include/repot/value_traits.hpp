// How C++ types map to column values: the one customisation point for user types.
#pragma once

#include <repot/error.hpp>
#include <repot/value.hpp>

#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace repot {

/// Specialise for a type of your own:
///
///     template <> struct repot::ValueTraits<Colour> {
///       static constexpr ColumnType type = ColumnType::text;
///       static constexpr bool nullable = false;
///       static Value toValue(const Colour& colour) { return nameOf(colour); }
///       static Colour fromValue(Value&& value) { return colourOf(std::get<std::string>(value)); }
///     };
///
/// fromValue gets a value of the alternative that belongs to `type` (never NULL unless nullable)
/// and throws Error(data) where it is none of the type's values.
template <typename T>
struct ValueTraits;

namespace detail {

template <typename T, ColumnType columnType>
struct PlainTraits {
  static constexpr ColumnType type = columnType;
  static constexpr bool nullable = false;
  static Value toValue(const T& value) { return Value(std::in_place_type<T>, value); }
  static T fromValue(Value&& value) { return std::get<T>(std::move(value)); }
};

}  // namespace detail

template <>
struct ValueTraits<double> : detail::PlainTraits<double, ColumnType::real> {};
template <>
struct ValueTraits<bool> : detail::PlainTraits<bool, ColumnType::boolean> {};
template <>
struct ValueTraits<std::string> : detail::PlainTraits<std::string, ColumnType::text> {};
template <>
struct ValueTraits<Bytes> : detail::PlainTraits<Bytes, ColumnType::bytes> {};
template <>
struct ValueTraits<Date> : detail::PlainTraits<Date, ColumnType::date> {};
template <>
struct ValueTraits<TimeOfDay> : detail::PlainTraits<TimeOfDay, ColumnType::time> {};
template <>
struct ValueTraits<Timestamp> : detail::PlainTraits<Timestamp, ColumnType::timestamp> {};
template <>
struct ValueTraits<Instant> : detail::PlainTraits<Instant, ColumnType::instant> {};
template <>
struct ValueTraits<Interval> : detail::PlainTraits<Interval, ColumnType::interval> {};
template <>
struct ValueTraits<Uuid> : detail::PlainTraits<Uuid, ColumnType::uuid> {};
template <>
struct ValueTraits<Json> : detail::PlainTraits<Json, ColumnType::json> {};
template <>
struct ValueTraits<Decimal> : detail::PlainTraits<Decimal, ColumnType::decimal> {};

/// Every integer type; a stored value that does not fit is Error(data), never cut.
template <std::integral T>
requires(!std::same_as<T, bool>) struct ValueTraits<T> {
  static constexpr ColumnType type = ColumnType::integer;
  static constexpr bool nullable = false;
  static Value toValue(const T& value) {
    if (!std::in_range<std::int64_t>(value)) {
      throw Error(ErrorKind::data, "an integer above 2^63-1 cannot be stored");
    }
    return Value(static_cast<std::int64_t>(value));
  }
  static T fromValue(Value&& value) {
    const std::int64_t number = std::get<std::int64_t>(value);
    if (!std::in_range<T>(number)) {
      throw Error(ErrorKind::data, "the stored integer " + std::to_string(number) +
                                       " does not fit the field's type");
    }
    return static_cast<T>(number);
  }
};

/// NULL is std::nullopt.
template <typename T>
struct ValueTraits<std::optional<T>> {
  static constexpr ColumnType type = ValueTraits<T>::type;
  static constexpr bool nullable = true;
  static Value toValue(const std::optional<T>& value) {
    return value ? ValueTraits<T>::toValue(*value) : Value();
  }
  static std::optional<T> fromValue(Value&& value) {
    if (isNull(value)) return std::nullopt;
    return ValueTraits<T>::fromValue(std::move(value));
  }
};

}  // namespace repot
