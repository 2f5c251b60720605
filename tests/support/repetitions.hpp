// How often a random test repeats itself.
#pragma once

#include <algorithm>
#include <cstdlib>

namespace repot::test {

/// `usual` in the suite; REPOT_LONG_TESTS=N makes it N times as many.
inline int repetitions(int usual) {
  const char* factor = std::getenv("REPOT_LONG_TESTS");
  return factor == nullptr ? usual : usual * std::max(1, std::atoi(factor));
}

}  // namespace repot::test
