// See write_lock.hpp.
#include "engine/sync/write_lock.hpp"

#include <repot/sqlite/errors.hpp>

#include <sqlite3.h>

#include <thread>

namespace repot::migrate {

void beginWriting(const sqlite::WriterHandle& handle, std::chrono::milliseconds patience,
                  std::string_view context) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::microseconds pause{500};
  constexpr int busyMs = 30'000;
  sqlite3_busy_timeout(handle.get(), 0);
  const auto end = Clock::now() + patience;
  for (;;) {
    const int result = sqlite3_exec(handle.get(), "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    if (result == SQLITE_OK) {
      // In rollback-journal mode the commit waits for readers.
      sqlite3_busy_timeout(handle.get(), busyMs);
      return;
    }
    if ((result & 0xFF) != SQLITE_BUSY || Clock::now() >= end)
      throw sqlite::sqliteError(handle.get(), context);
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace repot::migrate
