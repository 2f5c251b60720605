// SQLite's file system with faults: the real one behind a counter of its calls, of which a chosen
// one fails, or that one and all after it, as SQLite's own tests do it.
#pragma once

#include <cstdint>

namespace repot::test {

/// What fails. Each is a family of calls that SQLite answers in ways of its own.
enum class IoFault { read, write, full, sync, open, remove, sharedMemory, lock };

/// One plan of faults for the whole process.
class FaultyVfs {
 public:
  /// Becomes the default of all connections opened from now on. Once in a process.
  static void install();
  /// Lets the `nth` call (from 1) of the family fail, or with `lasting` all from it on.
  static void arm(IoFault fault, std::int64_t nth, bool lasting);
  static void disarm();
  /// Whether a call has failed since arm().
  static bool fired();
};

}  // namespace repot::test
