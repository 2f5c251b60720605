// See position.hpp.
#include "servers/position.hpp"

#include "repot/error.hpp"

#include <charconv>
#include <cstdio>

namespace repot::detail {

std::string positionText(std::uint64_t position) {
  char text[24];
  std::snprintf(text, sizeof text, "%X/%X", static_cast<unsigned>(position >> 32U),
                static_cast<unsigned>(position & 0xFFFFFFFFU));
  return text;
}

std::uint64_t parsePosition(std::string_view text) {
  if (text.empty()) return 0;
  const auto half = [](std::string_view digits, std::uint32_t& value) {
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    return read.ec == std::errc() && read.ptr == digits.data() + digits.size();
  };
  std::uint32_t high = 0, low = 0;
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || !half(text.substr(0, slash), high) ||
      !half(text.substr(slash + 1), low)) {
    throw Error(ErrorKind::usage,
                "UnitOptions::after is no position; give what Database::position() returned");
  }
  return (std::uint64_t{high} << 32U) | low;
}

}  // namespace repot::detail
