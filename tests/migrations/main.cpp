// Runs the tests, or as their helper one migrating process.
#include "process.hpp"

#include <repot/backends.hpp>

#include <gtest/gtest.h>

int main(int argc, char** argv) {
  repot::test::MigrateJob job;
  if (repot::test::readJob(argc, argv, job)) return repot::test::runJob(job);
  testing::InitGoogleTest(&argc, argv);
  repot::registerBackends();
  return RUN_ALL_TESTS();
}
