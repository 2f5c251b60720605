// SQLite's allocator and file system are exchanged before anything uses them.
#include "faulty_memory.hpp"
#include "faulty_vfs.hpp"

#include <repot/backends.hpp>

#include <gtest/gtest.h>

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  repot::test::FaultyMemory::install();
  repot::test::FaultyVfs::install();
  repot::registerBackends();
  return RUN_ALL_TESTS();
}
