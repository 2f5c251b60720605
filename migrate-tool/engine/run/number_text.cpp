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

}  // namespace repot::migrate
