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
/// An interval of so many microseconds, no days and no months.
inline void appendInterval(std::vector<char>& out, std::int64_t micros) {
  appendLength(out, 16);
  appendBigEndian(out, static_cast<std::uint64_t>(micros));
  appendBigEndian(out, std::uint64_t{0});
}
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
