// Counting, redacting, slow statements with their plans, users in a window, and Prometheus's text.
#include "support/test_database.hpp"

#include <repot/backend.hpp>
#include <repot/backends.hpp>
#include <repot/error.hpp>
#include <repot/prometheus.hpp>
#include <repot/repot.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace repot {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

TEST(Durations, FallIntoTheirBuckets) {
  DurationHistogram histogram;
  for (const std::chrono::microseconds one : {0us, 100us, 101us, 30'000'000us, 30'000'001us})
    histogram.add(one);
  const DurationCounts counts = histogram.counts();
  EXPECT_EQ(counts.counts.front(), 2U);
  EXPECT_EQ(counts.counts[1], 1U);
  EXPECT_EQ(counts.counts[DurationCounts::bounds.size() - 1], 1U);
  EXPECT_EQ(counts.counts.back(), 1U);
  EXPECT_EQ(counts.total(), 5U);
  EXPECT_EQ(counts.sum, 60'000'202us);
  EXPECT_EQ(counts.above(100us), 3U);
  EXPECT_EQ(counts.above(30s), 1U);
}

TEST(Durations, QuantilesLieInTheBucketOfTheirRank) {
  DurationCounts counts;
  EXPECT_EQ(counts.quantile(0.95), 0us);
  counts.counts[0] = 90;
  counts.counts[9] = 10;  // 50 to 100 ms
  EXPECT_LE(counts.quantile(0.9), 100us);
  EXPECT_EQ(counts.quantile(0.95), 75ms);
  EXPECT_EQ(counts.quantile(1), 100ms);
  counts.counts.back() = 1000;
  EXPECT_EQ(counts.quantile(0.95), 30s) << "nothing is known behind the last bound";
}

TEST(RedactSql, LeavesNoLiteral) {
  const std::pair<std::string, std::string> cases[] = {
      {"SELECT * FROM t WHERE a = 'secret' AND b=42", "SELECT * FROM t WHERE a = ? AND b=?"},
      {"INSERT INTO t VALUES ('it''s', x'00ff', 1.5e-3, -7, .5)",
       "INSERT INTO t VALUES (?, ?, ?, -?, ?)"},
      {"SELECT \"odd 'name'\", `x 1` FROM t2 -- secret\n WHERE  /* secret */ c1 = $1",
       "SELECT \"odd 'name'\", `x 1` FROM t2 WHERE c1 = $1"},
      {"SELECT E'it\\'s secret', U&'secret', $$secret$$, $tag$it's $$ secret$tag$",
       "SELECT ?, U&?, ?, ?"},
      {"SELECT ?1, :name, @x, $12", "SELECT ?1, :name, @x, $12"},
      {"SELECT 'open secret", "SELECT ?"},
      {"SELECT a[1:2], 0x1f-3, b'01', :n1, ?, 1e-5 FROM [odd name] WHERE x'00'=y",
       "SELECT a[?:?], ?-?, ?, :n1, ?, ? FROM [odd name] WHERE ?=y"},
      {"SELECT /* open secret", "SELECT"},
      {"SELECT größe FROM übung WHERE größe='geheim'", "SELECT größe FROM übung WHERE größe=?"},
      {"", ""},
  };
  for (const auto& [sql, redacted] : cases)
    EXPECT_EQ(redactSql(sql), redacted);
}

TEST(RedactSql, IsCutBetweenCharacters) {
  const std::string text = redactSql("SELECT \"" + std::string(100, 'a') + "ääääääää\"", 110);
  EXPECT_LE(text.size(), 113U);
  EXPECT_TRUE(text.ends_with("…"));
  EXPECT_NE((text[text.size() - 4] & '\xc0'), '\xc0') << "half a character";
  EXPECT_EQ(redactSql(std::string(100'000, '('), 10).size(), 13U);
}

UnitEvent unitOf(const std::string& user, Clock::time_point end) {
  UnitEvent event;
  event.outcome = UnitEvent::Outcome::committed;
  event.user = user;
  event.end = end;
  return event;
}

TEST(ActiveUsers, CountWithinTheWindow) {
  Metrics metrics;
  const Clock::time_point start = Clock::now();
  for (const char* user : {"a", "b", "a", "c"})
    metrics.onUnit(unitOf(user, start));
  metrics.onUnit(unitOf("a", start + 200s));
  EXPECT_EQ(metrics.activeUsers(start + 200s), 3U);
  EXPECT_EQ(metrics.activeUsers(start + 400s), 1U);
  EXPECT_EQ(metrics.activeUsers(start + 501s), 0U);
  metrics.onUnit(unitOf("", start + 600s));
  EXPECT_EQ(metrics.activeUsers(start + 600s), 0U);
}

TEST(ActiveUsers, AreBoundedAndTheLatestStay) {
  Metrics metrics;
  const Clock::time_point start = Clock::now();
  for (int i = 0; i < 20'000; ++i)
    metrics.onUnit(unitOf("user " + std::to_string(i), start + std::chrono::milliseconds(i)));
  EXPECT_LE(metrics.activeUsers(start + 20s), Metrics::userCapacity);
  EXPECT_GT(metrics.activeUsers(start + 20s), Metrics::userCapacity / 2);
  EXPECT_EQ(metrics.usersSince(start + 19'990ms).size(), 10U);
}

TEST(ActiveUsers, OfManyThreadsAreAllSeen) {
  Metrics metrics;
  const Clock::time_point now = Clock::now();
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 2000; ++i)
        metrics.onUnit(unitOf(std::to_string((thread * 7 + i) % 50), now));
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(metrics.activeUsers(now), 50U);
  EXPECT_EQ(metrics.counts().reads, 16'000U);
}

class WatchedDatabase : public testing::Test {
 protected:
  void SetUp() override {
    registerBackends();
    DatabaseOptions options;
    options.observer = metrics_;
    options.retry.attempts = 2;
    options.retry.initialDelay = 1ms;
    database_ = Database::open(DatabaseUrl::fromSqlitePath(folder_.file("app.db")), options);
    database_->write([](UnitOfWork& unit) {
      unit.executeScript(
          "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); CREATE INDEX t_a ON t(a)");
    });
  }
  std::unique_ptr<Connection> connection() {
    return database_->backend().connect(database_->url(), database_->options(),
                                        ConnectionRole::reader);
  }
  static StatementEvent slow(std::string_view sql, std::chrono::microseconds duration) {
    StatementEvent event;
    event.sql = sql;
    event.duration = duration;
    event.rows = 3;
    return event;
  }

  test::ScratchFolder folder_;
  std::shared_ptr<Metrics> metrics_ =
      std::make_shared<Metrics>(MetricsOptions{.slow = 100ms, .slowKept = 3, .usersWindow = 300s});
  std::optional<Database> database_;
};

TEST_F(WatchedDatabase, CountsWhatHappened) {
  const WorkCounts before = metrics_->counts();
  for (int i = 0; i < 10; ++i)
    database_->write([](UnitOfWork& unit) { unit.execute("INSERT INTO t(a) VALUES ('x')"); });
  database_->read([](UnitOfWork& unit) {
    unit.query("SELECT id FROM t", {}, {ColumnType::integer}, [](std::vector<Value>&) {});
  });
  EXPECT_THROW(
      database_->write([](UnitOfWork& unit) { unit.execute("INSERT INTO t(id) VALUES (1)"); }),
      Error);
  int runs = 0;
  database_->write([&](UnitOfWork&) {
    if (++runs == 1) throw Error(ErrorKind::busy, "try again");
  });
  WorkCounts counts = metrics_->counts();
  counts -= before;
  EXPECT_EQ(counts.writes, 13U);
  EXPECT_EQ(counts.reads, 1U);
  EXPECT_EQ(counts.rollbacks, 2U);
  EXPECT_EQ(counts.commits(), 12U);
  EXPECT_EQ(counts.retries, 1U);
  EXPECT_EQ(counts.statementErrors, 1U);
  EXPECT_EQ(counts.busyErrors, 0U) << "the application's own error is no lock";
  EXPECT_EQ(counts.lockWaits.total(), counts.writes);
  EXPECT_GE(counts.statements, 12U);
}

TEST_F(WatchedDatabase, CountsLocksThatWereDenied) {
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(folder_.file("app.db").c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  DatabaseOptions options = database_->options();
  options.busyTimeout = 20ms;
  Database impatient = Database::open(database_->url(), options);
  const WorkCounts before = metrics_->counts();
  EXPECT_THROW(impatient.write([](UnitOfWork&) {}), Error);
  sqlite3_close(other);
  WorkCounts counts = metrics_->counts();
  counts -= before;
  EXPECT_EQ(counts.busyErrors, 2U);
  EXPECT_EQ(counts.notBegun, 2U);
  EXPECT_EQ(counts.retries, 1U);
  EXPECT_EQ(counts.lockWaits.above(10ms), 2U);
}

TEST_F(WatchedDatabase, KeepsTheSlowestStatementsWithTheirPlans) {
  metrics_->onStatement(slow("SELECT 1", 99ms));
  EXPECT_TRUE(metrics_->slowStatements().empty());
  metrics_->onStatement(slow("SELECT * FROM t WHERE a = $1", 150ms));
  metrics_->onStatement(slow("SELECT * FROM t WHERE a = $1", 250ms));
  metrics_->onStatement(slow("SELECT count(*) FROM t WHERE id + 1 = 'secret'", 300ms));
  metrics_->onStatement(slow("SELECT * FROM gone", 200ms));
  metrics_->onStatement(slow("SELECT 'quickest of them'", 120ms));
  const auto own = connection();
  metrics_->explain(*own);
  const auto statements = metrics_->slowStatements();
  ASSERT_EQ(statements.size(), 3U);
  EXPECT_EQ(statements[0].sql, "SELECT * FROM t WHERE a = $1");
  EXPECT_EQ(statements[0].count, 2U);
  EXPECT_EQ(statements[0].longest, 250ms);
  EXPECT_EQ(statements[0].rows, 6);
  ASSERT_EQ(statements[0].plan.size(), 1U);
  EXPECT_NE(statements[0].plan[0].find("INDEX t_a"), std::string::npos) << statements[0].plan[0];
  EXPECT_EQ(statements[1].redacted(), "SELECT count(*) FROM t WHERE id + ? = ?");
  EXPECT_NE(statements[1].plan[0].find("SCAN"), std::string::npos);
  EXPECT_NE(statements[2].plan[0].find("no such table"), std::string::npos);
}

TEST_F(WatchedDatabase, FindsASlowStatementWhateverClockMeasuresIt) {
  const auto metrics =
      std::make_shared<Metrics>(MetricsOptions{.slow = 20ms, .slowKept = 3, .usersWindow = 300s});
  DatabaseOptions options;
  options.observer = metrics;
  Database database = Database::open(database_->url(), options);
  constexpr int times = 8;
  for (int i = 0; i < times; ++i) {
    database.read([](UnitOfWork& unit) {  // Well above 20 ms on any machine.
      unit.query(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) "
          "SELECT count(*) FROM n",
          {}, {ColumnType::integer}, [](std::vector<Value>&) {});
    });
  }
  ASSERT_EQ(metrics->slowStatements().size(), 1U);
  EXPECT_EQ(metrics->slowStatements().front().count, static_cast<std::uint64_t>(times));
}

TEST_F(WatchedDatabase, AnExactObserverStillGetsExactTimes) {
  struct Exact : Observer {
    void onStatement(const StatementEvent& event) noexcept override {
      inexact += event.exact ? 0 : 1;
      ++all;
    }
    int all = 0, inexact = 0;
  };
  const auto exact = std::make_shared<Exact>();
  const auto sampled = std::make_shared<Metrics>();
  const auto run = [&](std::shared_ptr<Observer> observer) {
    DatabaseOptions options;
    options.observer = std::move(observer);
    Database database = Database::open(database_->url(), options);
    for (int i = 0; i < 200; ++i)
      database.read([](UnitOfWork& unit) {
        unit.query("SELECT 1", {}, {ColumnType::integer}, [](std::vector<Value>&) {});
      });
  };
  run(std::make_shared<Observers>(std::vector<std::shared_ptr<Observer>>{exact, sampled}));
  EXPECT_EQ(exact->all, 400);  // With its COMMIT each.
  EXPECT_EQ(exact->inexact, 0);
  EXPECT_EQ(sampled->counts().statementTimes.total(), 400U);
  const auto alone = std::make_shared<Metrics>();
  run(alone);
  EXPECT_EQ(alone->counts().statements, 200U) << "the end of a read is not measured";
  EXPECT_GT(alone->counts().statementTimes.total(), 2U);
  EXPECT_LT(alone->counts().statementTimes.total(), 40U);
}

TEST_F(WatchedDatabase, CountsWhatIsOrdinaryOnceWhateverBecomesOfTheConnections) {
  const auto metrics = std::make_shared<Metrics>();
  DatabaseOptions options = database_->options();
  options.observer = metrics;
  options.poolSize = 4;
  constexpr std::uint64_t rounds = 5, threads = 4, units = 50;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    Database database = Database::open(database_->url(), options);
    std::vector<std::jthread> readers;
    for (std::uint64_t thread = 0; thread < threads; ++thread) {
      readers.emplace_back([&] {
        for (std::uint64_t i = 0; i < units; ++i) {
          database.read([](UnitOfWork& unit) {
            unit.query("SELECT id FROM t", {}, {ColumnType::integer}, [](std::vector<Value>&) {});
          });
        }
      });
    }
    readers.clear();
    database.write([](UnitOfWork& unit) { unit.execute("INSERT INTO t(a) VALUES ('x')"); });
    const WorkCounts counts = metrics->counts();
    EXPECT_EQ(counts.reads, (round + 1) * threads * units);
    EXPECT_EQ(counts.writes, round + 1);
    EXPECT_EQ(counts.statements, (round + 1) * (threads * units + 2)) << "a write has its COMMIT";
    EXPECT_EQ(counts.commits(), counts.reads + counts.writes);
  }
}

TEST_F(WatchedDatabase, SeveralObserversAreEachToldOfEverything) {
  struct Counting : Observer {
    void onStatement(const StatementEvent&) noexcept override { ++statements; }
    void onUnit(const UnitEvent&) noexcept override { ++units; }
    int statements = 0, units = 0;
  };
  const auto counting = std::make_shared<Counting>();
  const auto metrics = std::make_shared<Metrics>();
  DatabaseOptions options;
  options.observer =
      std::make_shared<Observers>(std::vector<std::shared_ptr<Observer>>{counting, metrics});
  Database database = Database::open(database_->url(), options);
  for (int i = 0; i < 20; ++i)
    database.read([](UnitOfWork& unit) {
      unit.query("SELECT 1", {}, {ColumnType::integer}, [](std::vector<Value>&) {});
    });
  EXPECT_EQ(counting->units, 20);
  EXPECT_EQ(metrics->counts().reads, 20U);
  EXPECT_EQ(counting->statements, 40);
  EXPECT_EQ(metrics->counts().statements, 40U);
}

TEST_F(WatchedDatabase, WritesPrometheusText) {
  metrics_->onStatement(slow("SELECT \"a\\b\" FROM t WHERE x = 'secret'", 500ms));
  MetricsReport report = metricsReport(*database_, *metrics_);
  report.database = "sqlite:///odd\"name\\\n.db";
  report.signals = growthSignals(*report.storage, {}, {}, {});
  report.growthPerDay = 86'400;
  const std::string text = toPrometheus(report);
  const std::string label = "{database=\"sqlite:///odd\\\"name\\\\\\n.db\"";
  for (const std::string& line : {
           "repot_database_size_bytes" + label + "} 12288\n",
           "repot_database_growth_bytes_per_second" + label + "} 1\n",
           "repot_units_total" + label + ",outcome=\"committed\"} 1\n",
           "repot_pool_connections" + label + ",state=\"idle\"} 1\n",
           "repot_lock_wait_seconds_bucket" + label + ",le=\"0.0001\"} 1\n",
           "repot_lock_wait_seconds_bucket" + label + ",le=\"+Inf\"} 1\n",
           "repot_growth_signal_level" + label + ",signal=\"size\"} 0\n",
           "repot_slow_statement_seconds_total" + label +
               ",statement=\"SELECT \\\"a\\\\b\\\" FROM t WHERE x = ?\"} 0.5\n",
       })
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  EXPECT_EQ(text.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace repot
