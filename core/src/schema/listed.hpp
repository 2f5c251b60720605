// Lists in messages.
#pragma once

#include <string>
#include <vector>

namespace repot::schema {

/// "a, b, c"
inline std::string listed(const std::vector<std::string>& texts) {
  std::string result;
  for (const std::string& text : texts)
    result += (result.empty() ? "" : ", ") + text;
  return result;
}

}  // namespace repot::schema
