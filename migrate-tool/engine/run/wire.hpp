// PostgreSQL's binary forms of single values: appending them to a COPY buffer.
#pragma once

#include <repot/byte_buffer.hpp>

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace repot::migrate::wire {

/// Writes `value` at `out`, the highest byte first; where the next one goes.
template <typename Unsigned>
char* store(char* out, Unsigned value) {
  if constexpr (std::endian::native == std::endian::little) {
    if constexpr (sizeof value == 8) value = __builtin_bswap64(value);
    if constexpr (sizeof value == 4) value = __builtin_bswap32(value);
    if constexpr (sizeof value == 2) value = __builtin_bswap16(value);
  }
  std::memcpy(out, &value, sizeof value);
  return out + sizeof value;
}
template <typename Unsigned>
void appendBigEndian(ByteBuffer& out, Unsigned value) {
  store(out.extend(sizeof value), value);
}
/// A field of fixed width.
template <typename Unsigned>
void appendField(ByteBuffer& out, Unsigned value) {
  store(store(out.extend(4 + sizeof value), std::uint32_t{sizeof value}), value);
}

inline void appendLength(ByteBuffer& out, std::size_t length) {
  appendBigEndian(out, static_cast<std::uint32_t>(length));
}
inline void appendNull(ByteBuffer& out) {
  appendBigEndian(out, std::uint32_t{0xFFFFFFFF});
}
inline void appendBytes(ByteBuffer& out, std::string_view bytes) {
  char* const at = store(out.extend(4 + bytes.size()), static_cast<std::uint32_t>(bytes.size()));
  if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
}

inline void appendInt64(ByteBuffer& out, std::int64_t value) {
  appendField(out, static_cast<std::uint64_t>(value));
}
inline void appendInt32(ByteBuffer& out, std::int32_t value) {
  appendField(out, static_cast<std::uint32_t>(value));
}
inline void appendInt16(ByteBuffer& out, std::int16_t value) {
  appendField(out, static_cast<std::uint16_t>(value));
}
inline void appendFloat(ByteBuffer& out, float value) {
  appendField(out, std::bit_cast<std::uint32_t>(value));
}
inline void appendDouble(ByteBuffer& out, double value) {
  appendField(out, std::bit_cast<std::uint64_t>(value));
}
inline void appendBool(ByteBuffer& out, bool value) {
  appendField(out, static_cast<std::uint8_t>(value ? 1 : 0));
}
/// A duration: `inDays` as days of 24 hours and the rest, as Python's and .NET's drivers write it,
/// else in microseconds alone, as Repot's repositories do.
void appendInterval(ByteBuffer& out, std::int64_t micros, bool inDays);
/// An IPv4 or IPv6 address with an optional /prefix; false, and nothing appended, for other texts.
/// A `network` (cidr) has no bits beyond its prefix.
bool appendInet(ByteBuffer& out, std::string_view text, bool network);
/// 32 hexadecimal digits, with dashes at any of UUID's places or braces around.
bool readUuid(std::string_view text, char (&bytes)[16]);

/// A decimal in plain or exponent notation, as PostgreSQL's numeric. `text` is well-formed.
void appendNumeric(ByteBuffer& out, std::string_view text);
/// +infinity or -infinity as numeric (PostgreSQL 14 and later).
void appendNumericInfinity(ByteBuffer& out, bool negative);

}  // namespace repot::migrate::wire
