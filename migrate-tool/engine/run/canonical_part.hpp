// The frame of a canonical value: a tag, its length in 8 bytes (little-endian hosts), and its
// bytes.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace repot::migrate::canonical {

inline void append(std::string& out, char tag, std::string_view bytes) {
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

}  // namespace repot::migrate::canonical
