// The frame of a canonical value: a tag, its length in 8 bytes (little-endian hosts), and its
// bytes; and the forms whose making takes more than a line.
#pragma once

#include "engine/plan.hpp"

#include <repot/byte_buffer.hpp>
#include <repot/sqlite/bulk.hpp>

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace repot::migrate::canonical {

/// Contents of more bytes go by their digest, so that a large value is never copied.
constexpr std::size_t longest = std::size_t{1} << 20;
/// The same value with the tag in upper case: its length and XXH3-128.
void appendDigest(ByteBuffer& out, char tag, std::string_view bytes);

constexpr std::size_t frameBytes = 9;

/// The frame of a value whose content, of `size` bytes, is then to be written where this points.
inline char* appendFrame(ByteBuffer& out, char tag, std::uint64_t size) {
  char* const at = out.extend(frameBytes + size);
  *at = tag;
  std::memcpy(at + 1, &size, sizeof size);
  return at + frameBytes;
}

inline void append(ByteBuffer& out, char tag, std::string_view bytes) {
  if (bytes.size() > longest) return appendDigest(out, tag, bytes);
  char* const content = appendFrame(out, tag, bytes.size());
  if (!bytes.empty()) std::memcpy(content, bytes.data(), bytes.size());
}

template <typename Number>
void appendFixed(ByteBuffer& out, char tag, Number number) {
  std::memcpy(appendFrame(out, tag, sizeof number), &number, sizeof number);
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
bool appendSourceTime(ByteBuffer& out, const ColumnPlan& column, std::string_view text);
/// A number of the source as a timestamp, timestamptz or interval, by the column's conversion.
bool appendSourceEpoch(ByteBuffer& out, const ColumnPlan& column, const sqlite::Statement& row,
                       int index);
/// What the content of a date ('d'), time ('h') or moment ('s', 'z') says; nothing where that is
/// infinite or of no year from 1 to 9999.
std::optional<std::string> spelledTime(char tag, std::string_view content);
/// "months microseconds", where a day is 24 hours.
std::string intervalText(std::int64_t months, std::int64_t micros);
/// An address with its prefix where it is not the whole: "10.0.0.1", "10.0.0.0/8". A `network` has
/// no bits beyond its prefix.
std::optional<std::string> inetText(std::string_view text, bool network);

}  // namespace repot::migrate::canonical
