// Reading of URL options; see option_values.hpp.
#include "repot/option_values.hpp"

#include "repot/error.hpp"

#include <charconv>

namespace repot {

std::chrono::milliseconds parseSeconds(const std::string& name, const std::string& value) {
  double seconds = -1;
  const char* const end = value.data() + value.size();
  const auto read = std::from_chars(value.data(), end, seconds);
  if (read.ec != std::errc() || read.ptr != end || !(seconds >= 0 && seconds <= 1e6)) {
    throw Error(ErrorKind::invalidUrl,
                "the option " + name + " must be a number of seconds from 0 to 1000000");
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

std::size_t parseCount(const std::string& name, const std::string& value, std::size_t least) {
  std::size_t count = 0;
  const char* const end = value.data() + value.size();
  const auto read = std::from_chars(value.data(), end, count);
  if (read.ec != std::errc() || read.ptr != end || count < least || count > 1000) {
    throw Error(ErrorKind::invalidUrl,
                name + " must be a number from " + std::to_string(least) + " to 1000");
  }
  return count;
}

bool takeCommonOption(const std::string& name, const std::string& value, DatabaseOptions& options) {
  if (name == "repot_busy_timeout") {
    options.busyTimeout = parseSeconds(name, value);
  } else if (name == "repot_pool_timeout") {
    options.poolTimeout = parseSeconds(name, value);
  } else if (name == "repot_pool_size") {
    options.poolSize = parseCount(name, value, 1);
  } else {
    return false;
  }
  return true;
}

}  // namespace repot
