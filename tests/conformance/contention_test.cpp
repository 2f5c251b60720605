// Two processes with many threads each write to one database: nobody fails, nobody starves, and no
// update is lost.
#include "../support/sanitized.hpp"
#include "suite.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <random>
#include <thread>
#include <vector>

namespace conformance {
namespace {

using namespace repot;
using std::chrono::milliseconds;

constexpr int unitsPerThread = test::sanitized ? 50 : 1000;
constexpr int threadsPerProcess = 16;
constexpr int counters = 64;

class ContentionTest : public Suite {
 protected:
  /// How the many open the database: patient, and serializable where that is a choice.
  Database open() const {
    DatabaseOptions many = options();
    many.poolSize = threadsPerProcess;
    many.poolTimeout = std::chrono::minutes(2);
    many.busyTimeout = std::chrono::minutes(2);
    many.isolation = Isolation::serializable;
    many.retry.attempts = 1000;
    return Database::open(url_, many);
  }

  /// Returns the units that failed; `longest` gets the longest time of one.
  static int work(Database& shared, unsigned seed, milliseconds& longest) {
    std::atomic<int> failures{0};
    std::vector<milliseconds> slowest(threadsPerProcess);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < threadsPerProcess; ++i) {
      threads.emplace_back([&, i] {
        std::minstd_rand random(seed + i);
        for (int unit = 0; unit < unitsPerThread; ++unit) {
          const auto start = std::chrono::steady_clock::now();
          try {
            shared.write([&](UnitOfWork& unitOfWork) {
              // Read, then write what was read plus one: what a lost update would show in.
              const auto id = static_cast<std::int64_t>(random() % counters);
              const auto value =
                  select<std::int64_t>(unitOfWork, "SELECT value FROM counters WHERE id = $1", id);
              execute(unitOfWork, "UPDATE counters SET value = $1 WHERE id = $2",
                      std::get<0>(value.at(0)) + 1, id);
            });
          } catch (const std::exception& error) {
            if (++failures == 1) std::fprintf(stderr, "%s\n", error.what());
          }
          slowest[i] = std::max(slowest[i], std::chrono::duration_cast<milliseconds>(
                                                std::chrono::steady_clock::now() - start));
        }
      });
    }
    for (std::thread& thread : threads)
      thread.join();
    longest = *std::max_element(slowest.begin(), slowest.end());
    return failures;
  }
};

TEST_P(ContentionTest, TwoProcessesOfSixteenThreadsLoseNothing) {
  if (GetParam() == Target::sqliteMemory) {
    GTEST_SKIP() << "a database in memory belongs to one process";
  }
  database().write([](UnitOfWork& unit) {
    unit.executeScript("CREATE TABLE counters (id bigint PRIMARY KEY, value bigint NOT NULL)");
    for (int id = 0; id < counters; ++id)
      execute(unit, "INSERT INTO counters VALUES ($1, 0)", id);
  });
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    int failures = 1;
    milliseconds longest{};
    try {
      Database own = open();
      failures = work(own, 1000, longest);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
    std::printf("longest unit of the child: %lld ms\n", static_cast<long long>(longest.count()));
    std::fflush(stdout);
    ::_exit(failures == 0 ? 0 : 1);
  }
  milliseconds longest{};
  Database own = open();
  EXPECT_EQ(work(own, 1, longest), 0);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0) << "units of the other process failed";
  std::printf("longest unit of the parent: %lld ms, %llu retries\n",
              static_cast<long long>(longest.count()),
              static_cast<unsigned long long>(own.statistics().retries));
  RecordProperty("longest_unit_ms", static_cast<int>(longest.count()));
  database().read([](UnitOfWork& unit) {
    const auto total =
        select<std::int64_t>(unit, "SELECT CAST(sum(value) AS bigint) FROM counters");
    EXPECT_EQ(std::get<0>(total.at(0)), 2 * threadsPerProcess * unitsPerThread);
  });
}

REPOT_INSTANTIATE_CONFORMANCE(ContentionTest);

}  // namespace
}  // namespace conformance
