// Judgements on single values that the scan makes only where a column asks for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace repot::migrate {

/// True where the shortest decimal of `value` fits numeric(precision, scale) without rounding.
bool fitsDecimal(double value, int precision, int scale);
bool fitsDecimal(std::int64_t value, int precision, int scale);
/// The same for a text that isPlainDecimal().
bool fitsDecimal(std::string_view value, int precision, int scale);
/// [+-]digits[.digits], of at most 1000 characters.
bool isPlainDecimal(std::string_view text);

/// Index of the spelling pair (t/f, true/false, y/n, yes/no; any case) that `text` belongs to.
std::optional<std::size_t> booleanPair(std::string_view text);

/// Whether a double holds the integer exactly.
bool isDouble(std::int64_t value);
/// 8-4-4-4-12 or 32 hexadecimal digits.
bool isUuid(std::string_view text);
/// Of one that is stored as its bytes.
constexpr std::size_t uuidBytes = 16;
/// Exactly as an int64 is printed: no plus sign, blanks or leading zeros.
bool isCanonicalInteger(std::string_view text);

}  // namespace repot::migrate
