// SQLite's allocator with faults: a chosen allocation fails, or that one and all after it.
#pragma once

#include <cstdint>

namespace repot::test {

class FaultyMemory {
 public:
  /// Before anything of SQLite was used. Throws std::runtime_error where it is too late.
  static void install();
  static void arm(std::int64_t nth, bool lasting);
  static void disarm();
  static bool fired();
};

}  // namespace repot::test
