// Text forms of values, shared by the backends: SQLAlchemy's in SQLite, ISO in PostgreSQL.
// Parsers are strict: they take exactly the documented form or throw Error(data), and never guess.
#pragma once

#include <repot/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace repot::formats {

std::string formatDate(Date date);  ///< 2025-01-02
Date parseDate(std::string_view text);
std::string formatTime(TimeOfDay time);            ///< 03:04:05.000006, always six digits
TimeOfDay parseTime(std::string_view text);        ///< Fraction of 0 to 6 digits.
std::string formatTimestamp(Timestamp timestamp);  ///< 2025-01-02 03:04:05.000006
Timestamp parseTimestamp(
    std::string_view text);  ///< Blank or 'T' between; fraction of 0 to 6 digits.
/// As parseTimestamp, without an error for a text that is none: for many values.
std::optional<Timestamp> readTimestamp(std::string_view text);
/// As parseTimestamp, with an optional Z, ±HH, ±HH:MM or ±HHMM; without one the text is UTC.
Instant parseInstant(std::string_view text);
std::string formatUuid(const Uuid& uuid);     ///< 36 characters, lower case
std::string formatUuidHex(const Uuid& uuid);  ///< 32 characters, lower case, no dashes
Uuid parseUuid(std::string_view text);        ///< Either form, either case.
/// Throws Error(data) unless `text` is [-]digits[.digits].
void checkDecimal(std::string_view text);
/// The decimal without zeros that say nothing: "1.50" and "1.5" are the same number.
std::string plainDecimal(std::string_view decimal);
/// Plain decimal notation (no exponent) of the shortest text that reads back as `value`.
/// Throws Error(data) for infinities and NaN.
std::string formatShortest(double value);
/// Throws Error(data) where `text` is not valid UTF-8 or holds a NUL, which PostgreSQL cannot
/// store.
void checkText(std::string_view text);

/// A value that is not NULL as text, and back. Throws Error(data) where it is none of the type.
std::string toText(const Value& value);
Value fromText(ColumnType type, const std::string& text);

}  // namespace repot::formats
