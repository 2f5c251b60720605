// The values that every backend stores and gives back equal.
#pragma once

#include <boost/uuid/uuid.hpp>

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace repot {

using Bytes = std::vector<std::byte>;
/// A calendar day, years 0001 to 9999.
using Date = std::chrono::year_month_day;
/// A point on a wall clock without a zone, in microseconds.
using Timestamp = std::chrono::local_time<std::chrono::microseconds>;
/// A point in time (UTC), in microseconds.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;
/// A duration in microseconds.
using Interval = std::chrono::microseconds;
using Uuid = boost::uuids::uuid;

/// Time of day, in microseconds since midnight, 0 ≤ value < 24 h.
struct TimeOfDay {
  std::chrono::microseconds sinceMidnight{};
  auto operator<=>(const TimeOfDay&) const = default;
};

/// A JSON text. It is stored as written; equality is that of the text.
struct Json {
  std::string text;
  bool operator==(const Json&) const = default;
};

/// A decimal number in plain notation ("-12.50"). SQLite holds it as SQLAlchemy does, as a REAL, so
/// a decimal that no double gives back (more than 15 to 17 digits) is refused there, never rounded.
struct Decimal {
  std::string text;
  bool operator==(const Decimal&) const = default;
};

/// What a column holds.
enum class ColumnType {
  integer,
  real,
  boolean,
  text,
  bytes,
  date,
  time,
  timestamp,
  instant,
  interval,
  uuid,
  json,
  decimal,
};

/// The type's name as used in messages ("integer", "timestamp", …).
std::string_view toString(ColumnType type) noexcept;

/// One value on its way to or from a database; std::monostate is NULL.
using Value = std::variant<std::monostate, std::int64_t, double, bool, std::string, Bytes, Date,
                           TimeOfDay, Timestamp, Instant, Interval, Uuid, Json, Decimal>;

/// A visitor of Value made of lambdas.
template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <typename... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

inline bool isNull(const Value& value) noexcept {
  return value.index() == 0;
}

}  // namespace repot
