// The default allocator behind a counter; see faulty_memory.hpp.
#include "faulty_memory.hpp"

#include <sqlite3.h>

#include <stdexcept>

namespace repot::test {
namespace {

sqlite3_mem_methods real;
bool armed = false, lasts = false, hasFired = false;
std::int64_t left = 0;

bool fails() {
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
  armed = true;
  lasts = lasting;
  hasFired = false;
  left = nth;
}
void FaultyMemory::disarm() {
  armed = false;
}
bool FaultyMemory::fired() {
  return hasFired;
}

}  // namespace repot::test
