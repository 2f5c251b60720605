// Numbers and bytes as text, and strictly back: what every text form of values is made of.
#pragma once

#include <repot/error.hpp>
#include <repot/hex.hpp>
#include <repot/value.hpp>

#include <array>
#include <charconv>
#include <string>
#include <string_view>

namespace repot::formats {

/// The shortest text that reads back equal; a double must be finite.
template <typename Number>
void appendNumber(std::string& out, Number number) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), end.ptr);
}

/// Throws Error(data) where `text` is anything but a number.
template <typename Number>
Number parseNumber(std::string_view text) {
  Number number{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size())
    throw Error(ErrorKind::data, "a text that should be a number is none");
  return number;
}

/// Two digits in lower case for each byte.
inline void appendHex(std::string& out, const Bytes& bytes) {
  appendHex(out, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

/// Either case. Throws Error(data) where `text` is anything else.
Bytes parseHex(std::string_view text);

}  // namespace repot::formats
