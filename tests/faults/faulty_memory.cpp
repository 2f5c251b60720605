// The default allocator behind a counter; see faulty_memory.hpp.
#include "faulty_memory.hpp"

#include <sqlite3.h>

#include <mutex>
#include <stdexcept>

namespace repot::test {
namespace {

sqlite3_mem_methods real;
// Readers of a migration are on several threads.
std::mutex mutex;
bool armed = false, lasts = false, hasFired = false;
std::int64_t left = 0;

bool fails() {
  const std::lock_guard lock(mutex);
  if (!armed) return false;
  if (left > 0) --left;
  if (left > 0 || (hasFired && !lasts)) return false;
  hasFired = true;
  return true;
}

void* allocate(int size) {
  return fails() ? nullptr : real.xMalloc(size);
}
void* resize(void* memory, int size) {
  return fails() ? nullptr : real.xRealloc(memory, size);
}

}  // namespace

void FaultyMemory::install() {
  if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real) != SQLITE_OK)
    throw std::runtime_error("SQLite is in use already");
  sqlite3_mem_methods faulty = real;
  faulty.xMalloc = allocate;
  faulty.xRealloc = resize;
  if (sqlite3_config(SQLITE_CONFIG_MALLOC, &faulty) != SQLITE_OK)
    throw std::runtime_error("SQLite is in use already");
}

void FaultyMemory::arm(std::int64_t nth, bool lasting) {
  const std::lock_guard lock(mutex);
  armed = true;
  lasts = lasting;
  hasFired = false;
  left = nth;
}
void FaultyMemory::disarm() {
  const std::lock_guard lock(mutex);
  armed = false;
}
bool FaultyMemory::fired() {
  const std::lock_guard lock(mutex);
  return hasFired;
}

}  // namespace repot::test
