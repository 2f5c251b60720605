// A primary and two standbys behind one URL: where units of work run, what a read sees, and that a
// failover loses nothing that was acknowledged.
#include "books.hpp"
#include "cluster.hpp"
#include "proxy.hpp"
#include "server.hpp"
#include "support/repetitions.hpp"

#include <repot/backends.hpp>
#include <repot/prometheus.hpp>
#include <repot/repot.hpp>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace repot::test {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr const char* quickly = "repot_watch_every=0.05&repot_read_from=prefer-standby";

DatabaseOptions impatient() {
  DatabaseOptions options;
  options.retry.initialDelay = milliseconds(5);
  options.retry.maxDelay = milliseconds(50);
  return options;
}

std::int64_t numberOf(UnitOfWork& work, const std::string& sql) {
  std::int64_t number = -1;
  work.query(sql, {}, {ColumnType::integer},
             [&](std::vector<Value>& row) { number = std::get<std::int64_t>(row[0]); });
  return number;
}

/// The server of a unit of work, by its socket's folder, which differs as their ports do not.
std::string whereOf(UnitOfWork& work) {
  std::string where;
  work.query("SELECT current_setting('unix_socket_directories')", {}, {ColumnType::text},
             [&](std::vector<Value>& row) { where = std::get<std::string>(row[0]); });
  return where;
}

std::string folderOf(const std::string& url) {
  const std::size_t host = url.find("host=") + 5;
  return url.substr(host, url.find('&', host) - host);
}

/// Waits until every server is usable, so that what follows is no matter of the start.
void waitForAll(const Database& database) {
  const auto end = Clock::now() + std::chrono::seconds(30);
  for (;;) {
    const auto servers = database.servers();
    const bool all = std::all_of(servers.begin(), servers.end(), [](const ServerStatus& server) {
      return server.usable && (server.role == ServerStatus::Role::primary || server.staleness);
    });
    if (all) return;
    std::string troubles;
    for (const ServerStatus& server : servers) {
      troubles += server.name + ": " + std::string(toString(server.role)) + ' ' + server.trouble +
                  " at " + server.position + '\n';
    }
    ASSERT_LT(Clock::now(), end) << troubles;
    std::this_thread::sleep_for(milliseconds(20));
  }
}

/// One cluster for the tests that leave it whole.
class Replicas : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    registerBackends();
    cluster_ = new Cluster(2, false);
  }
  static void TearDownTestSuite() {
    delete cluster_;
    cluster_ = nullptr;
  }
  void SetUp() override {
    cluster().ask(0,
                  "SET client_min_messages = warning; DROP TABLE IF EXISTS seen; "
                  "CREATE TABLE seen (value bigint NOT NULL); INSERT INTO seen VALUES (0)");
  }
  static Cluster& cluster() { return *cluster_; }
  static Database open(const std::string& options = quickly) {
    Database database = Database::open(cluster().url(options), impatient());
    waitForAll(database);
    return database;
  }
  static void store(Database& database, std::int64_t value) {
    database.write([&](UnitOfWork& work) { work.execute("UPDATE seen SET value = $1", {value}); });
  }
  static std::int64_t seen(Database& database, const UnitOptions& options = {}) {
    return database.read([](UnitOfWork& work) { return numberOf(work, "SELECT value FROM seen"); },
                         options);
  }
  static bool onStandby(Database& database, const UnitOptions& options = {}) {
    return database.read(
        [](UnitOfWork& work) {
          return numberOf(work, "SELECT pg_is_in_recovery()::int::bigint") == 1;
        },
        options);
  }
  /// Standbys that receive, and show nothing of it.
  struct Paused {
    Paused() {
      for (const std::size_t standby : {1U, 2U})
        cluster().ask(standby, "SELECT pg_wal_replay_pause()");
      for (const std::size_t standby : {1U, 2U})
        cluster().waitUntil(standby, "pg_get_wal_replay_pause_state() = 'paused'");
    }
    ~Paused() {
      for (const std::size_t standby : {1U, 2U})
        cluster().ask(standby, "SELECT pg_wal_replay_resume()");
    }
  };

 private:
  static inline Cluster* cluster_ = nullptr;
};

TEST_F(Replicas, WritesGoToThePrimaryAndReadsToAllStandbys) {
  Database database = open();
  std::map<std::string, int> reads;
  const auto end = Clock::now() + std::chrono::seconds(20);
  for (int i = 0; i < 40 || (reads.size() < 2 && Clock::now() < end); ++i) {
    EXPECT_EQ(database.write(whereOf), folderOf(cluster().urlOf(0)));
    ++reads[database.read(whereOf, {.after = ""})];
  }
  // Both are about as near, so they take turns.
  EXPECT_EQ(reads.size(), 2U);
  EXPECT_FALSE(reads.contains(folderOf(cluster().urlOf(0))));
  const auto servers = database.servers();
  ASSERT_EQ(servers.size(), 3U);
  EXPECT_EQ(servers[0].role, ServerStatus::Role::primary);
  EXPECT_GE(servers[0].writes, 40U);
  EXPECT_GE(servers[1].reads + servers[2].reads, 40U);
  EXPECT_EQ(servers[1].trouble, "");
  MetricsReport report;
  report.servers = servers;
  const std::string metrics = toPrometheus(report);
  EXPECT_NE(metrics.find("repot_server_up{database=\"\",server=\"" + servers[1].name +
                         "\",role=\"standby\"} 1\n"),
            std::string::npos)
      << metrics;
}

TEST_F(Replicas, ReadsStayOnThePrimaryUnlessTheUrlSaysOtherwise) {
  Database database = open("repot_watch_every=0.05");
  EXPECT_FALSE(onStandby(database));
  Database standbys = open();
  EXPECT_TRUE(onStandby(standbys, {.after = ""}));
  EXPECT_FALSE(onStandby(standbys, {.maxStaleness = milliseconds(0)}));
}

TEST_F(Replicas, ListedReplicasAreReadFrom) {
  std::string url = cluster().urlOf(0);
  Database database = Database::open(
      url + "&repot_watch_every=0.05&repot_replicas=" + folderOf(cluster().urlOf(1)), impatient());
  waitForAll(database);
  EXPECT_TRUE(onStandby(database, {.after = ""}));
  ASSERT_EQ(database.servers().size(), 2U);
}

TEST_F(Replicas, AReadSeesWhatItsProcessWroteAlthoughStandbysLag) {
  Database database = open();
  store(database, 1);
  Database other = open();
  const Paused paused;
  store(database, 2);
  EXPECT_EQ(seen(database), 2);
  // Whoever asks for nothing in particular gets what the standby has.
  EXPECT_EQ(seen(database, {.after = ""}), 1);
  EXPECT_TRUE(onStandby(database, {.after = ""}));
  // Another process, and one that was told.
  EXPECT_EQ(seen(other), 1);
  EXPECT_EQ(seen(other, {.after = database.position()}), 2);
}

TEST_F(Replicas, AStandbyIsReadFromAgainOnceItHasCaughtUp) {
  Database database = open();
  {
    const Paused paused;
    store(database, 7);
    EXPECT_FALSE(onStandby(database));
  }
  const auto end = Clock::now() + std::chrono::seconds(20);
  while (!onStandby(database)) {
    ASSERT_LT(Clock::now(), end);
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_EQ(seen(database), 7);
}

TEST_F(Replicas, NothingStalerThanAllowedIsRead) {
  Database database = open();
  const UnitOptions bounded{.after = "", .maxStaleness = milliseconds(1000)};
  EXPECT_TRUE(onStandby(database, bounded));
  const Paused paused;
  store(database, 3);
  std::this_thread::sleep_for(milliseconds(1500));
  EXPECT_FALSE(onStandby(database, bounded));
  EXPECT_EQ(seen(database, bounded), 3);
  EXPECT_TRUE(onStandby(database, {.after = ""}));
}

TEST_F(Replicas, APrimaryAtRestLeavesItsStandbysFresh) {
  Database database = open();
  std::this_thread::sleep_for(milliseconds(1500));
  EXPECT_TRUE(onStandby(database, {.maxStaleness = milliseconds(1000)}));
}

TEST_F(Replicas, TheStandbyOfTheOwnRegionIsPreferred) {
  for (const auto& [region, server] : {std::pair("eu", 1U), std::pair("us", 2U)}) {
    Database database =
        open(std::string(quickly) + "&repot_regions=eu,eu,us&repot_region=" + region);
    for (int i = 0; i < 10; ++i)
      EXPECT_EQ(database.read(whereOf, {.after = ""}), folderOf(cluster().urlOf(server)));
    EXPECT_EQ(database.servers()[2].region, "us");
  }
}

TEST_F(Replicas, ManyWhoWriteAndReadSeeTheirOwn) {
  Database database = open();
  cluster().ask(0,
                "SET client_min_messages = warning; DROP TABLE IF EXISTS clocks; "
                "CREATE TABLE clocks (id bigint PRIMARY KEY, value bigint NOT NULL)");
  constexpr int threads = 4;
  std::atomic<int> violations{0};
  std::vector<std::jthread> workers;
  for (std::int64_t id = 0; id < threads; ++id) {
    workers.emplace_back([&, id] {
      database.write(
          [&](UnitOfWork& work) { work.execute("INSERT INTO clocks VALUES ($1, 0)", {id}); });
      for (std::int64_t value = 1; value <= 150; ++value) {
        database.write([&](UnitOfWork& work) {
          work.execute("UPDATE clocks SET value = $1 WHERE id = $2", {value, id});
        });
        for (int i = 0; i < 4; ++i) {
          const std::int64_t found = database.read([&](UnitOfWork& work) {
            return numberOf(work, "SELECT value FROM clocks WHERE id = " + std::to_string(id));
          });
          if (found != value) ++violations;
        }
      }
    });
  }
  workers.clear();
  EXPECT_EQ(violations, 0);
  const auto servers = database.servers();
  const std::uint64_t standbys = servers[1].reads + servers[2].reads;
  std::printf("%llu of %llu reads on standbys while everybody wrote\n",
              static_cast<unsigned long long>(standbys),
              static_cast<unsigned long long>(standbys + servers[0].reads));
  EXPECT_GT(standbys, 0U);
}

TEST_F(Replicas, AForkedChildHasToOpenItsOwn) {
  Database database = open();
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    int result = 1;
    {
      const Database mine = std::move(database);
      try {
        Database(mine).read([](UnitOfWork&) {});
      } catch (const Error& error) {
        if (error.kind() == ErrorKind::usage) result = 0;
      }
    }  // Does not wait for threads that are not here.
    ::_exit(result);
  }
  int status = 0;
  const auto end = Clock::now() + std::chrono::seconds(20);
  while (::waitpid(child, &status, WNOHANG) == 0) {
    ASSERT_LT(Clock::now(), end);
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_EQ(status, 0);
  EXPECT_EQ(seen(database), 0);
}

TEST_F(Replicas, WrongOptionsAreNamed) {
  const std::string url = cluster().url();
  for (const char* wrong :
       {"repot_read_from=nearest", "repot_regions=eu,us", "repot_replica=x", "repot_watch_every=x",
        "repot_replicas=", "repot_replicas=x&target_session_attrs=any"}) {
    try {
      Database::open(url + '&' + wrong);
      ADD_FAILURE() << wrong;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::invalidUrl) << wrong << ": " << error.what();
      EXPECT_NE(std::string(error.what()).find("repot_"), std::string::npos) << error.what();
    }
  }
  Database database = open();
  try {
    seen(database, {.after = "yesterday"});
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
  }
}

TEST(Failover, AnOldPrimaryThatComesBackIsNotWrittenTo) {
  registerBackends();
  Cluster cluster(2, false);
  cluster.ask(0, "CREATE TABLE rows (id bigint)");
  Database database = Database::open(cluster.url(quickly), impatient());
  waitForAll(database);
  cluster.crashPrimary();
  const std::size_t promoted = cluster.promoteBest();
  const auto add = [&](std::int64_t id) {
    database.write([&](UnitOfWork& work) { work.execute("INSERT INTO rows VALUES ($1)", {id}); });
  };
  add(1);
  // Nobody fenced it: it takes itself for the primary still.
  cluster.resume(0);
  EXPECT_EQ(cluster.ask(0, "SELECT pg_is_in_recovery()"), "f");
  for (std::int64_t id = 2; id < 40; ++id) {
    add(id);
    EXPECT_GE(
        database.read([](UnitOfWork& work) { return numberOf(work, "SELECT count(*) FROM rows"); }),
        id);
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_EQ(cluster.ask(0, "SELECT count(*) FROM rows"), "0");
  EXPECT_EQ(cluster.ask(promoted, "SELECT count(*) FROM rows"), "39");
  EXPECT_NE(database.servers()[0].trouble, "");
}

TEST(Failover, APrimaryThatCameBackAsAStandbyIsNotTakenForOne) {
  registerBackends();
  Cluster cluster(1, false);
  cluster.ask(0, "CREATE TABLE rows (id bigint)");
  // Nobody looks at the servers meanwhile.
  Database database = Database::open(cluster.url("repot_watch_every=60"), impatient());
  cluster.crashPrimary();
  cluster.failOver();
  cluster.ask(0, "SELECT pg_wal_replay_pause()");
  cluster.waitUntil(0, "pg_get_wal_replay_pause_state() = 'paused'");
  cluster.ask(1, "INSERT INTO rows VALUES (1)");
  EXPECT_EQ(
      database.read([](UnitOfWork& work) { return numberOf(work, "SELECT count(*) FROM rows"); }),
      1);
  cluster.ask(0, "SELECT pg_wal_replay_resume()");
}

TEST(Failover, WithoutAnyPrimaryTheErrorNamesEachServer) {
  registerBackends();
  Cluster cluster(1, false);
  Database database = Database::open(
      cluster.url(std::string(quickly) + "&repot_failover_timeout=0.5"), impatient());
  waitForAll(database);
  cluster.crashPrimary();
  try {
    database.write([](UnitOfWork&) {});
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::connection);
    EXPECT_TRUE(error.outcomeKnown());
    EXPECT_NE(std::string(error.what()).find("a standby"), std::string::npos) << error.what();
  }
  EXPECT_TRUE(database.read([](UnitOfWork& work) {
    return numberOf(work, "SELECT pg_is_in_recovery()::int::bigint") == 1;
  }));
}

TEST(Failover, ACommitThatNoSynchronousStandbyConfirmedIsNotCalledStored) {
  registerBackends();
  Cluster cluster(1, true);
  cluster.ask(0, "CREATE TABLE rows (id bigint)");
  Database database = Database::open(cluster.url(quickly), impatient());
  waitForAll(database);
  cluster.halt(1);
  try {
    database.write([](UnitOfWork& work) { work.execute("INSERT INTO rows VALUES (1)"); },
                   {.timeout = milliseconds(1500)});
    ADD_FAILURE() << "acknowledged, and on one server only";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::timeout) << error.what();
    EXPECT_FALSE(error.outcomeKnown());
  }
}

/// What threads were told while servers failed.
class Failovers : public testing::Test {
 protected:
  struct Told {
    std::set<std::int64_t> acknowledged, unknown;
    std::vector<std::string> violations;
    Clock::time_point last = Clock::now();
    Clock::duration gap{0};  ///< The longest between two acknowledgements, of all threads.
    std::mutex mutex;
  };

  static void work(Database& database, Database& other, std::int64_t thread, Told& told,
                   const std::atomic<bool>& stop) {
    for (std::int64_t number = thread * 1'000'000; !stop; ++number) {
      bool stored = false;
      try {
        database.write([&](UnitOfWork& work) { book(work, number); });
        stored = true;
      } catch (const Error& error) {
        const std::lock_guard lock(told.mutex);
        if (!error.outcomeKnown()) told.unknown.insert(number);
        if (error.outcomeKnown() && error.kind() != ErrorKind::connection)
          told.violations.push_back(error.what());
      }
      if (!stored) continue;
      const std::string position = database.position();
      {
        const std::lock_guard lock(told.mutex);
        told.acknowledged.insert(number);
        told.gap = std::max(told.gap, Clock::now() - told.last);
        told.last = Clock::now();
      }
      // Its own process, and another one that was given the position.
      look(database, number, {}, told);
      look(other, number, {.after = position}, told);
    }
  }

  static void look(Database& database, std::int64_t number, const UnitOptions& options,
                   Told& told) {
    try {
      const bool there = database.read(
          [&](UnitOfWork& work) {
            return numberOf(work, "SELECT count(*) FROM bookings WHERE number = " +
                                      std::to_string(number)) == 1;
          },
          options);
      if (there) return;
      const std::lock_guard lock(told.mutex);
      told.violations.push_back("a read did not see " + std::to_string(number));
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::connection) return;
      const std::lock_guard lock(told.mutex);
      told.violations.push_back(error.what());
    }
  }
};

TEST_F(Failovers, LoseNothingThatWasAcknowledgedAndEverybodySeesHisOwn) {
  registerBackends();
  const auto rounds = static_cast<unsigned>(repetitions(2));
  Cluster cluster(2, true);
  Database database = Database::open(cluster.url(quickly), impatient());
  openBooks(database);
  Database other = Database::open(cluster.url(quickly), impatient());
  Told told;
  std::atomic<bool> stop{false};
  std::vector<long long> gaps, promotions;
  {
    std::vector<std::jthread> workers;
    for (std::int64_t thread = 1; thread <= 4; ++thread) {
      workers.emplace_back([&, thread] { work(database, other, thread, told, stop); });
    }
    for (unsigned round = 0; round < rounds; ++round) {
      std::this_thread::sleep_for(milliseconds(300));
      {
        const std::lock_guard lock(told.mutex);
        told.gap = {};
      }
      cluster.crashPrimary();
      const auto crashed = Clock::now();
      const auto ready = cluster.failOver();
      // Commits can be confirmed again by now.
      const auto end = Clock::now() + std::chrono::seconds(60);
      const auto lastOne = [&] {
        const std::lock_guard lock(told.mutex);
        return told.last;
      };
      while (lastOne() < ready && Clock::now() < end)
        std::this_thread::sleep_for(milliseconds(5));
      std::this_thread::sleep_for(milliseconds(200));
      const std::lock_guard lock(told.mutex);
      gaps.push_back(std::chrono::duration_cast<milliseconds>(told.gap).count());
      promotions.push_back(std::chrono::duration_cast<milliseconds>(ready - crashed).count());
    }
    stop = true;
  }
  std::sort(gaps.begin(), gaps.end());
  std::sort(promotions.begin(), promotions.end());
  Database after = Database::open(cluster.urlOf(cluster.primary()));
  const Books books = readBooks(after);
  EXPECT_EQ(books.fault, "");
  std::size_t lost = 0, unexpected = 0;
  for (const std::int64_t number : told.acknowledged)
    lost += books.booked.contains(number) ? 0U : 1U;
  for (const std::int64_t number : books.booked) {
    unexpected += told.acknowledged.contains(number) || told.unknown.contains(number) ? 0U : 1U;
  }
  EXPECT_EQ(lost, 0U);
  EXPECT_EQ(unexpected, 0U) << "stored, although the error said that it is not";
  EXPECT_GT(told.acknowledged.size(), rounds);
  for (const std::string& violation : told.violations)
    ADD_FAILURE() << violation;
  std::printf("%u failovers: %zu units acknowledged, %zu with an unknown outcome, %zu violations\n",
              rounds, told.acknowledged.size(), told.unknown.size(), told.violations.size());
  std::printf(
      "nothing was stored for %lld ms (median; least %lld, most %lld); of these the servers "
      "themselves took %lld ms (median) from the crash until the others followed\n",
      gaps[rounds / 2], gaps.front(), gaps.back(), promotions[rounds / 2]);
}

/// One server behind a network that loses the answer to COMMIT.
class LostAnswers : public testing::Test {
 protected:
  static std::string follow(const Server& server, const Proxy& proxy) {
    return server.urlAt(proxy.port()) + "?repot_failover_timeout=10";
  }
};

TEST_F(LostAnswers, TheServerIsAskedWhatBecameOfACommit) {
  registerBackends();
  Server server;
  Proxy proxy(server.socketPath());
  Database database = Database::open(follow(server, proxy), impatient());
  openBooks(database);
  std::set<std::int64_t> booked;
  for (std::int64_t number = 0; number < 2 * repetitions(6); ++number) {
    // The answer is lost, or the question.
    NetworkFault fault;
    fault.kind = number % 2 == 0 ? NetworkFault::Kind::swallow : NetworkFault::Kind::cut;
    fault.atText = "COMMIT;";
    proxy.arm(fault);
    int runs = 0;
    database.write([&](UnitOfWork& work) {
      ++runs;
      book(work, number);
    });
    EXPECT_TRUE(proxy.fired());
    // Stored by the first run, where only the answer was lost; else by a second one.
    EXPECT_EQ(runs, number % 2 == 0 ? 1 : 2) << number;
    booked.insert(number);
  }
  proxy.disarm();
  const Books books = readBooks(database);
  EXPECT_EQ(books.fault, "");
  EXPECT_EQ(books.booked, booked);
}

TEST_F(LostAnswers, AfterACrashANumberThatWasGivenOutAgainProvesNothing) {
  registerBackends();
  Server server;
  DatabaseOptions options = impatient();
  options.failoverTimeout = std::chrono::seconds(20);
  Database database = Database::open(server.url(), options);
  database.write([](UnitOfWork& work) { work.executeScript("CREATE TABLE rows (id bigint)"); });
  UnitOfWork unit = database.begin();
  unit.execute("INSERT INTO rows VALUES (1)");
  server.crash();
  server.resume();
  // Others get the lost transaction's number.
  for (int i = 0; i < 50; ++i)
    server.ask("INSERT INTO rows VALUES (2)");
  try {
    unit.commit();
    ADD_FAILURE() << "what a crash undid was called stored";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::connection) << error.what();
  }
  EXPECT_EQ(server.ask("SELECT count(*) FROM rows WHERE id = 1"), "0");
}

TEST_F(LostAnswers, ARestartIsWaitedForWhereTheUrlSaysSo) {
  registerBackends();
  Server server;
  Database database = Database::open(server.url() + "&repot_failover_timeout=30", impatient());
  openBooks(database);
  std::jthread restart([&] {
    server.crash();
    std::this_thread::sleep_for(milliseconds(300));
    server.resume();
  });
  std::set<std::int64_t> booked;
  const auto end = Clock::now() + std::chrono::seconds(3);
  for (std::int64_t number = 0; Clock::now() < end; ++number) {
    try {
      book(database, number);
      booked.insert(number);
    } catch (const Error& error) {
      EXPECT_FALSE(error.outcomeKnown()) << error.what();
    }
  }
  restart.join();
  const Books books = readBooks(database);
  EXPECT_EQ(books.fault, "");
  EXPECT_TRUE(
      std::includes(books.booked.begin(), books.booked.end(), booked.begin(), booked.end()));
}

}  // namespace
}  // namespace repot::test
