// A monitor in a process that was forked from the one that made it: it must neither hang nor touch
// what is the parent's, and say what is wrong.
#include "support/test_database.hpp"

#include <repot/backends.hpp>
#include <repot/growth_monitor.hpp>
#include <repot/repot.hpp>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>

namespace repot {
namespace {

using namespace std::chrono_literals;

TEST(ForkedMonitor, SaysSoAndLeavesTheParentAlone) {
  registerBackends();
  const test::ScratchFolder folder;
  const auto metrics = std::make_shared<Metrics>();
  DatabaseOptions options;
  options.observer = metrics;
  Database database = Database::open(DatabaseUrl::fromSqlitePath(folder.file("app.db")), options);
  database.write([](UnitOfWork& unit) { unit.execute("CREATE TABLE t(a)"); });
  GrowthOptions growth;
  growth.interval = 1ms;  // So that the thread is most likely at work while the process forks.
  auto monitor = std::make_unique<GrowthMonitor>(database, metrics, growth);
  ASSERT_TRUE(monitor->update()) << monitor->lastError();
  for (int i = 0; i < 100; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::alarm(20);  // A hang is a death by a signal.
      const bool refused = !monitor->update() && monitor->signals().empty() &&
                           monitor->lastError().find("fork()") != std::string::npos;
      monitor.reset();
      // A monitor of the child's own works. Of another file: SQLite itself believes in the locks that
      // the parent held of this one.
      const auto own = std::make_shared<Metrics>();
      DatabaseOptions fresh;
      fresh.observer = own;
      Database opened = Database::open(DatabaseUrl::fromSqlitePath(folder.file("app.db")), fresh);
      GrowthOptions byHand;
      byHand.interval = 0ms;
      GrowthMonitor its(opened, own, byHand);
      ::_exit(refused && its.update() ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  }
  database.write([](UnitOfWork& unit) { unit.execute("INSERT INTO t VALUES (1)"); });
  bool works = false;
  for (int tries = 0; tries < 50 && !works; ++tries)
    works = monitor->update();
  EXPECT_TRUE(works) << monitor->lastError();
}

}  // namespace
}  // namespace repot
