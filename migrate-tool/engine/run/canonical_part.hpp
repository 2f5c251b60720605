// The frame of a canonical value: a tag, its length in 8 bytes (little-endian hosts), and its
// bytes; and the forms whose making takes more than a line.
#pragma once

#include "engine/plan.hpp"

#include <repot/sqlite/bulk.hpp>

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace repot::migrate::canonical {

/// Contents of more bytes go by their digest, so that a large value is never copied.
constexpr std::size_t longest = std::size_t{1} << 20;
/// The same value with the tag in upper case: its length and XXH3-128.
void appendDigest(std::string& out, char tag, std::string_view bytes);

inline void append(std::string& out, char tag, std::string_view bytes) {
  if (bytes.size() > longest) return appendDigest(out, tag, bytes);
  const std::uint64_t size = bytes.size();
  std::array<char, sizeof size> length;
  std::memcpy(length.data(), &size, length.size());
  out += tag;
  out.append(length.data(), length.size());
  out += bytes;
}

template <typename Number>
void appendFixed(std::string& out, char tag, Number number) {
  std::array<char, sizeof number> bytes;
  std::memcpy(bytes.data(), &number, bytes.size());
  append(out, tag, {bytes.data(), bytes.size()});
}

/// Digits without zeros that say nothing: "-12.5", "0", "1000". `text` is plain decimal.
std::string plainDecimal(std::string text);

/// A JSON document with sorted keys (of equal ones the last), plain numbers and no blanks: equal
/// exactly where PostgreSQL's jsonb is. Absent where jsonb cannot hold it.
std::optional<std::string> sortedJson(std::string_view text);

/// What a document of a column that keeps storage classes apart says: a tag as in canonical values
/// ('i', 'r', 't', 'x') and its content; 'k' and the document where it says none of them.
struct ClassedValue {
  char tag = 'k';
  std::string content;
};
ClassedValue classedValue(std::string_view json);

/// A text of the source as a date, time, timestamp, timestamptz or interval. False, or Error(data),
/// where it is none that the column takes; what was appended is then void.
bool appendSourceTime(std::string& out, const ColumnPlan& column, std::string_view text);
/// A number of the source as a timestamp, timestamptz or interval, by the column's conversion.
bool appendSourceEpoch(std::string& out, const ColumnPlan& column, const sqlite::Statement& row,
                       int index);
/// "months microseconds", where a day is 24 hours.
std::string intervalText(std::int64_t months, std::int64_t micros);
/// An address with its prefix where it is not the whole: "10.0.0.1", "10.0.0.0/8". A `network` has
/// no bits beyond its prefix.
std::optional<std::string> inetText(std::string_view text, bool network);

}  // namespace repot::migrate::canonical
