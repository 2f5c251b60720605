// PostgreSQL's binary forms of single values: appending them to a COPY buffer.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace repot::migrate::wire {

template <typename Unsigned>
void appendBigEndian(std::vector<char>& out, Unsigned value) {
  char bytes[sizeof(Unsigned)];
  for (std::size_t i = sizeof(Unsigned); i > 0; --i) {
    bytes[i - 1] = static_cast<char>(value & 0xFF);
    value = static_cast<Unsigned>(value >> 8);
  }
  out.insert(out.end(), bytes, bytes + sizeof bytes);
}

inline void appendLength(std::vector<char>& out, std::size_t length) {
  appendBigEndian(out, static_cast<std::uint32_t>(length));
}
inline void appendNull(std::vector<char>& out) {
  appendBigEndian(out, std::uint32_t{0xFFFFFFFF});
}

inline void appendInt64(std::vector<char>& out, std::int64_t value) {
  appendLength(out, 8);
  appendBigEndian(out, static_cast<std::uint64_t>(value));
}
inline void appendInt32(std::vector<char>& out, std::int32_t value) {
  appendLength(out, 4);
  appendBigEndian(out, static_cast<std::uint32_t>(value));
}
inline void appendInt16(std::vector<char>& out, std::int16_t value) {
  appendLength(out, 2);
  appendBigEndian(out, static_cast<std::uint16_t>(value));
}
inline void appendFloat(std::vector<char>& out, float value) {
  appendLength(out, 4);
  appendBigEndian(out, std::bit_cast<std::uint32_t>(value));
}
/// A duration: `inDays` as days of 24 hours and the rest, as Python's and .NET's drivers write it,
/// else in microseconds alone, as Repot's repositories do.
void appendInterval(std::vector<char>& out, std::int64_t micros, bool inDays);
/// An IPv4 or IPv6 address with an optional /prefix; false, and nothing appended, for other texts.
/// A `network` (cidr) has no bits beyond its prefix.
bool appendInet(std::vector<char>& out, std::string_view text, bool network);
inline void appendDouble(std::vector<char>& out, double value) {
  appendLength(out, 8);
  appendBigEndian(out, std::bit_cast<std::uint64_t>(value));
}
inline void appendBool(std::vector<char>& out, bool value) {
  appendLength(out, 1);
  out.push_back(value ? 1 : 0);
}

/// 32 hexadecimal digits, with dashes at any of UUID's places or braces around.
bool readUuid(std::string_view text, char (&bytes)[16]);

/// A decimal in plain or exponent notation, as PostgreSQL's numeric. `text` is well-formed.
void appendNumeric(std::vector<char>& out, std::string_view text);
/// +infinity or -infinity as numeric (PostgreSQL 14 and later).
void appendNumericInfinity(std::vector<char>& out, bool negative);

}  // namespace repot::migrate::wire
