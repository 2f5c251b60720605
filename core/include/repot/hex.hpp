// Bytes as hexadecimal digits.
#pragma once

#include <string>
#include <string_view>

namespace repot::formats {

/// Two digits in lower case for each byte.
void appendHex(std::string& out, std::string_view bytes);

/// The same as a text of its own.
inline std::string toHex(std::string_view bytes) {
  std::string digits;
  appendHex(digits, bytes);
  return digits;
}

}  // namespace repot::formats
