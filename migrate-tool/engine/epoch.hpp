// Numbers that count time since some day, by the names that users give them. Which of them a column
// holds no value tells, so one has to be asked for.
#pragma once

#include "plan.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace repot::migrate {

struct Epoch {
  Conversion conversion;
  std::string_view name;  ///< Of --epoch.
  std::string_view type;  ///< Of --type.
  std::int64_t micros;    ///< Of one unit, divided by `divisor`.
  std::int64_t divisor;
  std::int64_t origin;  ///< Microseconds from 1970 to its zero.
};

constexpr std::array<Epoch, 8> epochs{{
    {Conversion::epochSeconds, "s", "epochs", 1'000'000, 1, 0},
    {Conversion::epochMillis, "ms", "epochms", 1'000, 1, 0},
    {Conversion::epochMicros, "us", "epochus", 1, 1, 0},
    {Conversion::epochJulian, "julian", "epochjulian", 86'400'000'000, 1, -210'866'760'000'000'000},
    {Conversion::epochCocoa, "cocoa", "epochcocoa", 1'000'000, 1, 978'307'200'000'000},
    {Conversion::epochWebkit, "webkit", "epochwebkit", 1, 1, -11'644'473'600'000'000},
    {Conversion::epochFiletime, "filetime", "epochfiletime", 1, 10, -11'644'473'600'000'000},
    {Conversion::epochExcel, "excel", "epochexcel", 86'400'000'000, 1, -2'209'161'600'000'000},
}};

/// Null for a conversion that counts nothing.
const Epoch* epochOf(Conversion conversion);

/// Microseconds since 1970, where they are the value exactly: of a real the nearest ones, from
/// which the same double comes back.
std::optional<std::int64_t> microsOf(const Epoch& epoch, std::int64_t value);
std::optional<std::int64_t> microsOf(const Epoch& epoch, double value);

/// Whether a time is within the years 0001 to 9999.
bool inYears(std::int64_t micros);

}  // namespace repot::migrate
