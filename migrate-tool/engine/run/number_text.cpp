// Numbers as text; see number_text.hpp.
#include "engine/run/number_text.hpp"

#include <sqlite3.h>

#include <cstdlib>
#include <cstring>

namespace repot::migrate {

std::string_view NumberText::of(double value) {
  // SQLite's own CAST stops at 15 digits, which many doubles do not survive.
  for (const char* format : {"%!.15g", "%!.16g", "%!.17g"}) {
    sqlite3_snprintf(static_cast<int>(buffer_.size()), buffer_.data(), format, value);
    if (std::strtod(buffer_.data(), nullptr) == value)
      return {buffer_.data(), std::strlen(buffer_.data())};
  }
  // SQLite's formatting of doubles is not exact in the last digit; the shortest text always is.
  return shortest(value);
}

std::string_view NumberText::shortest(double value) {
  constexpr std::size_t exactDigits = 15;
  const std::string_view plain = view(std::to_chars(begin(), end(), value).ptr);
  // Large whole numbers come with all their digits, of which only the first are the value's own.
  const bool whole = plain.find_first_not_of("-0123456789") == std::string_view::npos;
  if (!whole || plain.size() <= exactDigits) return plain;
  return view(std::to_chars(begin(), end(), value, std::chars_format::scientific).ptr);
}

}  // namespace repot::migrate
