// Deadlines, stops, the pool's counters and events, fork.
#include "suite.hpp"

#include <repot/growth_monitor.hpp>
#include <repot/metrics.hpp>
#include <repot/observer.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace conformance {
namespace {

using namespace repot;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

/// A statement that would run for minutes.
constexpr std::string_view endless =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) "
    "SELECT count(*) FROM n";

class BoundsTest : public Suite {
 protected:
  void SetUp() override {
    Suite::SetUp();
    if (!IsSkipped()) database().createTables<Artist>();
  }
  static void runEndless(UnitOfWork& work) { select<std::int64_t>(work, endless); }
  static void add(UnitOfWork& work, const std::string& name) {
    Artist artist{0, name, {}};
    Repository<Artist>(work).add(artist);
  }
  std::int64_t artistCount() {
    return database().read([](UnitOfWork& work) { return Repository<Artist>(work).count(); });
  }
};

TEST_P(BoundsTest, ADeadlineEndsAStatementThatRuns) {
  const auto start = SteadyClock::now();
  EXPECT_EQ(kindOf([&] {
              database().write(
                  [](UnitOfWork& work) {
                    add(work, "lost");
                    runEndless(work);
                  },
                  {.timeout = milliseconds(100)});
            }),
            ErrorKind::timeout);
  EXPECT_LT(SteadyClock::now() - start, std::chrono::seconds(20));
  EXPECT_EQ(artistCount(), 0);
  database().write([](UnitOfWork& work) { add(work, "after"); });
  EXPECT_EQ(artistCount(), 1);
}

TEST_P(BoundsTest, ADeadlineEndsAUnitBetweenItsStatements) {
  EXPECT_EQ(kindOf([&] {
              database().write(
                  [](UnitOfWork& work) {
                    add(work, "lost");
                    std::this_thread::sleep_for(milliseconds(60));
                    add(work, "too late");
                  },
                  {.timeout = milliseconds(50)});
            }),
            ErrorKind::timeout);
  EXPECT_EQ(artistCount(), 0);
}

TEST_P(BoundsTest, ADeadlineBoundsAllRunsTogether) {
  DatabaseOptions slow = options();
  slow.retry = {.attempts = 1000, .initialDelay = milliseconds(40), .maxDelay = milliseconds(40)};
  Database patient = Database::open(url_, slow);
  if (GetParam() == Target::sqliteMemory) patient.createTables<Artist>();
  int runs = 0;
  EXPECT_EQ(kindOf([&] {
              patient.write(
                  [&](UnitOfWork&) {
                    ++runs;
                    throw Error(ErrorKind::busy, "planted");
                  },
                  {.timeout = milliseconds(200)});
            }),
            ErrorKind::timeout);
  EXPECT_GT(runs, 1);
  EXPECT_LT(runs, 20);
}

TEST_P(BoundsTest, AStopEndsAStatementThatRuns) {
  std::stop_source source;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(milliseconds(100));
    source.request_stop();
  });
  EXPECT_EQ(kindOf([&] { database().write(runEndless, {.stop = source.get_token()}); }),
            ErrorKind::timeout);
  // The connection, or its successor, is none the worse.
  for (int i = 0; i < 10; ++i)
    database().write([&](UnitOfWork& work) { add(work, std::to_string(i)); });
  EXPECT_EQ(artistCount(), 10);
  EXPECT_EQ(kindOf([&] { database().write([](UnitOfWork&) {}, {.stop = source.get_token()}); }),
            ErrorKind::timeout)
      << "a stop before the start";
}

TEST_P(BoundsTest, WaitingForAConnectionHeedsDeadlineAndStop) {
  DatabaseOptions one = options();
  one.poolSize = 1;
  Database small = Database::open(url_, one);
  const UnitOfWork held = small.begin();
  EXPECT_EQ(kindOf([&] { small.begin({.timeout = milliseconds(30)}); }), ErrorKind::timeout);
  std::stop_source source;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(milliseconds(50));
    source.request_stop();
  });
  EXPECT_EQ(kindOf([&] { small.begin({.stop = source.get_token()}); }), ErrorKind::timeout);
  const DatabaseStatistics statistics = small.statistics();
  EXPECT_EQ(statistics.timeouts, 2u);
  EXPECT_EQ(statistics.waits, 2u);
  EXPECT_EQ(statistics.waiting, 0u);
}

/// Remembers everything.
class Recorder : public Observer {
 public:
  void onStatement(const StatementEvent& event) noexcept override {
    const std::lock_guard lock(mutex);
    statements.emplace_back(event.sql);
    failures += event.error != nullptr ? 1 : 0;
    rows += event.rows;
  }
  void onUnit(const UnitEvent& event) noexcept override {
    const std::lock_guard lock(mutex);
    event.outcome == UnitEvent::Outcome::committed ? ++committed : ++rolledBack;
    user = event.user;
  }
  void onRetry(const RetryEvent&) noexcept override { ++retries; }
  void onPool(const PoolEvent& event) noexcept override {
    const std::lock_guard lock(mutex);
    pool.push_back(event.kind);
  }
  std::int64_t countOf(PoolEvent::Kind kind) {
    const std::lock_guard lock(mutex);
    return std::count(pool.begin(), pool.end(), kind);
  }

  std::mutex mutex;
  std::vector<std::string> statements;
  std::vector<PoolEvent::Kind> pool;
  std::string user;
  int committed = 0, rolledBack = 0, failures = 0;
  std::int64_t rows = 0;
  std::atomic<int> retries{0};
};

TEST_P(BoundsTest, ObserversAreToldOfEverythingButValues) {
  auto recorder = std::make_shared<Recorder>();
  DatabaseOptions watched = options();
  watched.observer = recorder;
  Database seen = Database::open(url_, watched);
  if (GetParam() == Target::sqliteMemory) seen.createTables<Artist>();
  recorder->committed = 0;
  recorder->statements.clear();
  seen.write([](UnitOfWork& work) { add(work, "secret name"); }, {.user = "u-17"});
  EXPECT_EQ(recorder->committed, 1);
  EXPECT_EQ(recorder->user, "u-17");
  EXPECT_EQ(kindOf([&] { seen.write([](UnitOfWork& work) { add(work, "secret name"); }); }),
            ErrorKind::unique);
  EXPECT_EQ(recorder->rolledBack, 1);
  EXPECT_EQ(recorder->failures, 1);
  int runs = 0;
  seen.write([&](UnitOfWork&) {
    if (++runs < 3) throw Error(ErrorKind::busy, "planted");
  });
  EXPECT_EQ(recorder->retries, 2);
  recorder->rows = 0;
  seen.read([](UnitOfWork& work) { Repository<Artist>(work).findAll(); });
  EXPECT_EQ(recorder->rows, 1);
  bool insertSeen = false;
  for (const std::string& sql : recorder->statements) {
    insertSeen = insertSeen || sql.starts_with("INSERT INTO \"artists\"");
    EXPECT_EQ(sql.find("secret"), std::string::npos) << sql;
  }
  EXPECT_TRUE(insertSeen);
  EXPECT_GE(recorder->countOf(PoolEvent::Kind::opened), 1);
  EXPECT_EQ(recorder->countOf(PoolEvent::Kind::taken),
            recorder->countOf(PoolEvent::Kind::returned));
  const DatabaseStatistics statistics = seen.statistics();
  EXPECT_EQ(statistics.retries, 2u);
  EXPECT_EQ(statistics.rollbacks, 3u);
  EXPECT_EQ(statistics.inUse, 0u);
}

TEST_P(BoundsTest, TheSlowLogAndTheEchoWriteLines) {
  std::vector<std::string> echo, slow;
  DatabaseOptions watched = options();
  watched.observer = std::make_shared<StatementLog>(
      std::chrono::microseconds(0), [&](std::string_view line) { echo.emplace_back(line); });
  Database::open(url_, watched).write([](UnitOfWork& work) {
    select<std::int64_t>(work, "SELECT 1");
  });
  EXPECT_TRUE(std::any_of(echo.begin(), echo.end(), [](const std::string& line) {
    return line.ends_with("1 rows: SELECT 1");
  }));
  watched.observer = std::make_shared<StatementLog>(
      std::chrono::hours(1), [&](std::string_view line) { slow.emplace_back(line); });
  Database::open(url_, watched).write([](UnitOfWork& work) {
    select<std::int64_t>(work, "SELECT 1");
  });
  EXPECT_TRUE(slow.empty());
}

TEST_P(BoundsTest, PlansAreToldWithoutValuesAndNothingRuns) {
  if (GetParam() == Target::sqliteMemory)
    GTEST_SKIP() << "another connection sees another database";
  database().write([](UnitOfWork& work) { add(work, "here"); });
  const auto connection =
      database().backend().connect(database().url(), database().options(), ConnectionRole::writer);
  const auto textOf = [&](std::string_view sql) {
    std::string text;
    for (const std::string& line : connection->explain(sql))
      text += line + '\n';
    return text;
  };
  for (const char* sql :
       {"SELECT name FROM artists WHERE name = $1 AND name <> 'secret' AND id > $2",
        "DELETE FROM artists WHERE name <> 'secret'", "UPDATE artists SET name = $1"}) {
    const std::string plan = textOf(sql);
    EXPECT_NE(plan.find("artists"), std::string::npos) << plan;
    EXPECT_EQ(plan.find("secret"), std::string::npos) << plan;
  }
  for (const char* sql : {"SELECT 1; DELETE FROM artists", "SELECT * FROM gone WHERE a = 'secret'",
                          "DROP TABLE artists", "nonsense 'secret'"}) {
    try {
      textOf(sql);
    } catch (const Error& error) {
      if (isSqlite()) continue;
      EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << error.what();
    }
  }
  EXPECT_NE(textOf("SELECT name FROM artists"), "") << "the connection is as it was";
  EXPECT_EQ(database().read([](UnitOfWork& work) { return Repository<Artist>(work).count(); }), 1);
}

TEST_P(BoundsTest, TheMonitorAsksForThePlansOfSlowStatements) {
  if (GetParam() == Target::sqliteMemory)
    GTEST_SKIP() << "another connection sees another database";
  const auto metrics = std::make_shared<Metrics>(
      MetricsOptions{.slow = std::chrono::milliseconds(20), .slowKept = 3, .usersWindow = {}});
  DatabaseOptions watched = options();
  watched.observer = metrics;
  Database seen = Database::open(url_, watched);
  GrowthOptions byHand;
  byHand.interval = std::chrono::milliseconds(0);
  GrowthMonitor monitor(seen, metrics, byHand);
  EXPECT_TRUE(monitor.update()) << monitor.lastError();
  seen.read([](UnitOfWork& work) {  // Slow on any machine.
    select<std::int64_t>(work,
                         "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                         "1000000) SELECT count(*) FROM n");
  });
  ASSERT_EQ(metrics->slowStatements().size(), 1u);
  EXPECT_TRUE(metrics->slowStatements().front().plan.empty());
  EXPECT_TRUE(monitor.update()) << monitor.lastError();
  const SlowStatement slow = metrics->slowStatements().front();
  std::string plan;
  for (const std::string& line : slow.plan)
    plan += line + '\n';
  EXPECT_NE(plan.find(isSqlite() ? "SCAN" : "Aggregate"), std::string::npos) << plan;
}

TEST_P(BoundsTest, ThePoolLogWritesALineForEachEvent) {
  std::vector<std::string> lines;
  DatabaseOptions watched = options();
  watched.observer =
      std::make_shared<PoolLog>([&](std::string_view line) { lines.emplace_back(line); });
  Database::open(url_, watched).write([](UnitOfWork&) {});
  ASSERT_FALSE(lines.empty());
  EXPECT_TRUE(lines.front().starts_with("writer connection opened; 1 in use, 0 idle, 0 waiting"))
      << lines.front();
  EXPECT_TRUE(lines.back().starts_with("writer connection returned; 0 in use, 1 idle"))
      << lines.back();
}

TEST_P(BoundsTest, WaitingForAnotherProcessesLockIsMeasured) {
  if (GetParam() != Target::sqliteFile) GTEST_SKIP() << "only an SQLite file has such a lock";
  struct LockWatch : Observer {
    void onUnit(const UnitEvent& event) noexcept override { wait = event.lockWait; }
    std::chrono::microseconds wait{};
  };
  const auto watch = std::make_shared<LockWatch>();
  DatabaseOptions watched = options();
  watched.observer = watch;
  Database other = Database::open(url_, watched);  // A pool of its own, as another process has.
  std::optional<UnitOfWork> held(database().begin());
  std::jthread releaser([&] {
    std::this_thread::sleep_for(milliseconds(60));
    held.reset();
  });
  other.write([](UnitOfWork& work) { add(work, "at last"); });
  EXPECT_GE(watch->wait, milliseconds(30));
  EXPECT_LT(watch->wait, std::chrono::seconds(20));
}

TEST_P(BoundsTest, ALostCommitIsSaidToBeUnknownAndNeverRepeated) {
  if (GetParam() != Target::postgresql) GTEST_SKIP() << "no connection that could be lost";
  int runs = 0;
  try {
    database().write([&](UnitOfWork& work) {
      ++runs;
      add(work, "lost or not");
      const auto process = select<std::int64_t>(work, "SELECT pg_backend_pid()");
      Database::open(url_, options()).write([&](UnitOfWork& killer) {
        select<bool>(killer, "SELECT pg_terminate_backend(CAST($1 AS int), 5000)",
                     std::get<0>(process.at(0)));
      });
    });
    FAIL() << "a commit on a dead connection";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::connection);
    EXPECT_FALSE(error.outcomeKnown());
  }
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(artistCount(), 0);
}

TEST_P(BoundsTest, SerializableUnitsDoNotSkewEachOther) {
  // Each takes its own name away only while the other's is there; one of the two must stay.
  database().write([](UnitOfWork& work) {
    add(work, "left");
    add(work, "right");
  });
  const auto leave = [&](const std::string& name) {
    database().write(
        [&](UnitOfWork& work) {
          Repository<Artist> artists(work);
          const bool both = artists.count() == 2;
          std::this_thread::sleep_for(milliseconds(50));
          if (both) artists.removeWhere(where(&Artist::name) == name);
        },
        {.isolation = Isolation::serializable});
  };
  {
    const std::jthread one([&] { leave("left"); });
    const std::jthread two([&] { leave("right"); });
  }
  EXPECT_EQ(artistCount(), 1);
}

TEST_P(BoundsTest, EveryPlaceOfAStatementWantsAValue) {
  database().write([](UnitOfWork& work) { add(work, "x"); });
  for (const std::vector<Value>& values :
       {std::vector<Value>{},
        std::vector<Value>{Value(std::string("x")), Value(std::int64_t{1})}}) {
    EXPECT_EQ(kindOf([&] {
                database().write([&](UnitOfWork& work) {
                  work.execute("UPDATE artists SET name = 'changed' WHERE name = $1", values);
                });
              }),
              ErrorKind::usage);
  }
  database().read([](UnitOfWork& work) {
    EXPECT_TRUE(Repository<Artist>(work).exists(where(&Artist::name) == "x"));
  });
}

TEST_P(BoundsTest, AConnectionIsReplacedWhenItIsOldOrDead) {
  if (isSqlite()) GTEST_SKIP() << "no server stands behind a connection to SQLite";
  DatabaseOptions brief = options();
  brief.maxLifetime = milliseconds(0);
  Database renewed = Database::open(url_, brief);
  for (int i = 0; i < 3; ++i)
    renewed.read([](UnitOfWork&) {});
  EXPECT_GE(renewed.statistics().connectionsOpened, 3u);
  if (GetParam() == Target::pgbouncer) return;  // The backend there is the pooler's.

  DatabaseOptions checking = options();
  checking.pingAfter = milliseconds(0);
  Database checked = Database::open(url_, checking);
  const auto process = checked.read(
      [](UnitOfWork& work) { return select<std::int64_t>(work, "SELECT pg_backend_pid()"); });
  database().write([&](UnitOfWork& work) {
    select<bool>(work, "SELECT pg_terminate_backend(CAST($1 AS int), 5000)",
                 std::get<0>(process.at(0)));
  });
  EXPECT_NO_THROW(checked.read([](UnitOfWork&) {}));
  EXPECT_EQ(checked.statistics().failedChecks, 1u);
}

TEST_P(BoundsTest, ThePoolOpensItsMinimumAtOnce) {
  if (isSqlite()) GTEST_SKIP() << "SQLite's pool opens connections as they are needed";
  DatabaseOptions eager = options();
  eager.poolMin = 3;
  EXPECT_EQ(Database::open(url_, eager).statistics().idle, 3u);
}

TEST_P(BoundsTest, AForkedChildIsRefusedAndHarmsNobody) {
  database().write([](UnitOfWork& work) { add(work, "before"); });
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    // Anything but _exit() would run the parent's own clean-up.
    int result = 1;
    try {
      Database copy = database();
      copy.write([](UnitOfWork&) {});
    } catch (const Error& error) {
      result = error.kind() == ErrorKind::usage ? 0 : 2;
    }
    {
      const Database closing = std::move(database());  // Its pool ends here, in the child.
    }
    ::_exit(result);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  database().write([](UnitOfWork& work) { add(work, "after"); });
  EXPECT_EQ(artistCount(), 2);
}

TEST_P(BoundsTest, BatchesCommitOneByOne) {
  std::vector<int> numbers(250);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    numbers[i] = static_cast<int>(i);
  std::vector<std::size_t> sizes;
  EXPECT_THROW(database().writeInBatches(numbers,
                                         [&](UnitOfWork& work, std::span<int> batch) {
                                           sizes.push_back(batch.size());
                                           for (const int number : batch) {
                                             if (number == 240) throw std::runtime_error("planted");
                                             add(work, std::to_string(number));
                                           }
                                         }),
               std::runtime_error);
  EXPECT_EQ(sizes, (std::vector<std::size_t>{100, 100, 50}));
  EXPECT_EQ(artistCount(), 200);
}

REPOT_INSTANTIATE_CONFORMANCE(BoundsTest);

}  // namespace
}  // namespace conformance
