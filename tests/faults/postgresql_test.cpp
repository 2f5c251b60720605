// Servers that go and networks that fail under an application that works: what was acknowledged is
// there, nothing is there in halves, a commit without an answer is told as such, and the same pool
// goes on as soon as there is a server again.
#include "books.hpp"
#include "proxy.hpp"
#include "server.hpp"
#include "support/repetitions.hpp"

#include <repot/backends.hpp>
#include <repot/repot.hpp>

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace repot::test {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

DatabaseOptions impatient() {
  DatabaseOptions options;
  options.retry.initialDelay = milliseconds(5);
  options.retry.maxDelay = milliseconds(50);
  return options;
}

/// One server for all tests, as starting one takes a second.
class PostgresqlFaults : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    registerBackends();
    server_ = new Server();
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }
  void SetUp() override {
    server().ask(
        "SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    Database database = Database::open(server().url());
    openBooks(database);
  }
  static Server& server() { return *server_; }

  /// What an application was told about its units of work.
  struct Told {
    std::set<std::int64_t> acknowledged, unknown;
    std::map<ErrorKind, int> kinds;
    std::mutex mutex;

    /// Whether it was acknowledged.
    bool book(Database& database, std::int64_t number, const UnitOptions& options = {}) {
      try {
        database.write([&](UnitOfWork& work) { test::book(work, number); }, options);
        const std::lock_guard lock(mutex);
        acknowledged.insert(number);
        return true;
      } catch (const Error& error) {
        const std::lock_guard lock(mutex);
        ++kinds[error.kind()];
        if (!error.outcomeKnown()) unknown.insert(number);
        EXPECT_TRUE(error.kind() == ErrorKind::connection ||
                    (options.timeout && error.kind() == ErrorKind::timeout))
            << toString(error.kind()) << ": " << error.what();
        EXPECT_EQ(std::string(error.what()).find("postgres@"), std::string::npos);
        return false;
      }
    }
    /// By another way than the one that failed.
    void check(const std::string& url) {
      Database database = Database::open(url);
      const Books books = readBooks(database);
      EXPECT_EQ(books.fault, "");
      for (const std::int64_t number : acknowledged)
        EXPECT_TRUE(books.booked.contains(number)) << number << " was acknowledged and is lost";
      for (const std::int64_t number : books.booked)
        EXPECT_TRUE(acknowledged.contains(number) || unknown.contains(number))
            << number << " failed and is there";
    }
  };

 private:
  static Server* server_;
};

Server* PostgresqlFaults::server_ = nullptr;

TEST_F(PostgresqlFaults, AKilledSessionEndsItsUnitAndNoOther) {
  Database database = Database::open(server().url(), impatient());
  book(database, 1);
  ErrorKind kind = ErrorKind::internal;
  try {
    database.write([&](UnitOfWork& work) {
      book(work, 2);
      const auto session = select<std::int64_t>(work, "SELECT pg_backend_pid()::bigint");
      server().ask("SELECT pg_terminate_backend(" + std::to_string(std::get<0>(session.at(0))) +
                   ", 5000)");
      book(work, 3);
    });
  } catch (const Error& error) {
    kind = error.kind();
    EXPECT_TRUE(error.outcomeKnown());
  }
  EXPECT_EQ(kind, ErrorKind::connection);
  book(database, 4);
  const Books books = readBooks(database);
  EXPECT_EQ(books.fault, "");
  EXPECT_EQ(books.booked, (std::set<std::int64_t>{1, 4}));
}

TEST_F(PostgresqlFaults, ARestartIsNotNoticedByWhoWasIdle) {
  DatabaseOptions options = impatient();
  options.poolMin = 4;
  Database database = Database::open(server().url(), options);
  book(database, 1);
  server().halt();
  server().resume();
  // All sessions of the pool are dead, and young enough not to be asked whether they live.
  for (std::int64_t number = 2; number < 8; ++number)
    book(database, number);
  EXPECT_EQ(readBooks(database).booked.size(), 7U);
}

TEST_F(PostgresqlFaults, CrashesUnderLoadLoseNothingThatWasAcknowledged) {
  Database database = Database::open(server().url(), impatient());
  Told told;
  std::atomic<bool> stop{false};
  std::vector<std::jthread> writers;
  for (std::int64_t writer = 1; writer <= 4; ++writer) {
    writers.emplace_back([&, writer] {
      for (std::int64_t number = writer * 1'000'000; !stop; ++number) {
        if (!told.book(database, number)) std::this_thread::sleep_for(milliseconds(20));
      }
    });
  }
  for (const bool crashes : {true, false, true}) {
    std::this_thread::sleep_for(milliseconds(500));
    crashes ? server().crash() : server().halt();
    std::this_thread::sleep_for(milliseconds(200));
    server().resume();
  }
  std::this_thread::sleep_for(milliseconds(500));
  stop = true;
  writers.clear();
  EXPECT_GT(told.acknowledged.size(), 20U);
  EXPECT_GT(told.kinds[ErrorKind::connection], 3);
  told.check(server().url());
  EXPECT_EQ(database.statistics().inUse, 0U);
}

TEST_F(PostgresqlFaults, ALostAnswerToCommitIsToldAsUnknown) {
  Proxy proxy(server().socketPath());
  Database database = Database::open(server().urlAt(proxy.port()), impatient());
  Told told;
  told.book(database, 1);
  NetworkFault fault;
  fault.atText = std::string("COMMIT\0", 7);  // BEGIN has a COMMITTED in it.
  fault.kind = NetworkFault::Kind::swallow;
  proxy.arm(fault);
  told.book(database, 2);
  EXPECT_EQ(told.unknown, (std::set<std::int64_t>{2}));
  fault.kind = NetworkFault::Kind::reset;
  proxy.arm(fault);
  told.book(database, 3);
  EXPECT_EQ(told.unknown, (std::set<std::int64_t>{2, 3}));
  told.book(database, 4);
  told.check(server().url());
  // The one was stored, the other not, and the application cannot know which.
  Database other = Database::open(server().url());
  EXPECT_EQ(readBooks(other).booked, (std::set<std::int64_t>{1, 2, 4}));
}

class PostgresqlCuts : public PostgresqlFaults,
                       public testing::WithParamInterface<NetworkFault::Kind> {};

TEST_P(PostgresqlCuts, AtEveryOffsetNothingIsLostOrTorn) {
  const bool stalls = GetParam() == NetworkFault::Kind::stall;
  const std::int64_t rounds = repetitions(stalls ? 3 : 12);
  UnitOptions options;
  if (stalls) options.timeout = milliseconds(300);
  std::int64_t bytes[2] = {0, 0};
  {
    Proxy proxy(server().socketPath());
    Database database = Database::open(server().urlAt(proxy.port()), impatient());
    for (std::int64_t number = 1; number <= 3; ++number)
      book(database, 900'000'000 + number);
    bytes[0] = proxy.clientBytes();
    bytes[1] = proxy.serverBytes();
  }
  Told told;
  for (std::int64_t number = 1; number <= 3; ++number)
    told.acknowledged.insert(900'000'000 + number);
  int fired = 0;
  for (const int side : {0, 1}) {
    for (std::int64_t round = 0; round < rounds; ++round) {
      SCOPED_TRACE((side == 0 ? "client's bytes, round " : "server's bytes, round ") +
                   std::to_string(round));
      Proxy proxy(server().socketPath());
      NetworkFault fault;
      fault.kind = GetParam();
      (side == 0 ? fault.afterClientBytes : fault.afterServerBytes) =
          bytes[side] * round / rounds + round % 7;
      proxy.arm(fault);
      const std::string url = server().urlAt(proxy.port()) + "?connect_timeout=2";
      std::optional<Database> database;
      try {
        database = Database::open(url, impatient());
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::connection) << error.what();
        database = Database::open(url, impatient());
      }
      const std::int64_t first = (side * 1000 + round) * 1000;
      const auto start = Clock::now();
      for (std::int64_t number = first + 1; number <= first + 3; ++number)
        told.book(*database, number, options);
      EXPECT_LT(Clock::now() - start, std::chrono::seconds(20));
      fired += proxy.fired() ? 1 : 0;
      told.book(*database, first + 4);
      EXPECT_TRUE(told.acknowledged.contains(first + 4));
    }
  }
  EXPECT_GT(fired, rounds);
  told.check(server().url());
  std::printf("%d faults, %zu units acknowledged, %zu unknown\n", fired, told.acknowledged.size(),
              told.unknown.size());
}

INSTANTIATE_TEST_SUITE_P(Faults, PostgresqlCuts,
                         testing::Values(NetworkFault::Kind::cut, NetworkFault::Kind::reset,
                                         NetworkFault::Kind::stall),
                         [](const auto& parameter) {
                           switch (parameter.param) {
                             case NetworkFault::Kind::cut:
                               return "Cut";
                             case NetworkFault::Kind::reset:
                               return "Reset";
                             default:
                               return "Stall";
                           }
                         });

TEST_F(PostgresqlFaults, AServerThatSaysNothingDoesNotHoldTheCallerForEver) {
  Proxy proxy(server().socketPath());
  NetworkFault fault;
  fault.kind = NetworkFault::Kind::stall;
  fault.afterClientBytes = 0;
  proxy.arm(fault);
  const auto start = Clock::now();
  try {
    Database::open(server().urlAt(proxy.port()) + "?connect_timeout=2");
    FAIL() << "there was nobody to connect to";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::connection) << error.what();
  }
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(20));
}

TEST_F(PostgresqlFaults, AStopReachesAUnitBehindADeadNetwork) {
  Proxy proxy(server().socketPath());
  Database database = Database::open(server().urlAt(proxy.port()), impatient());
  NetworkFault fault;
  fault.kind = NetworkFault::Kind::stall;
  fault.atText = "pg_sleep";
  proxy.arm(fault);
  std::stop_source source;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(milliseconds(300));
    source.request_stop();
  });
  const auto start = Clock::now();
  UnitOptions options;
  options.stop = source.get_token();
  try {
    database.read([](UnitOfWork& work) { work.executeScript("SELECT pg_sleep(60)"); }, options);
    FAIL() << "the unit was not stopped";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::timeout) << error.what();
  }
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(20));
  book(database, 1);
}

TEST_F(PostgresqlFaults, AFullDiskUndoesTheUnitAndIsOverWhenThereIsSpace) {
  const ScratchFolder folder;
  const std::string disk = folder.file("disk");
  std::filesystem::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=2m") != 0)
    GTEST_SKIP() << "a tmpfs cannot be mounted here";
  struct stat owner {};
  const std::filesystem::path socket = server().socketPath();
  ASSERT_EQ(::stat(socket.parent_path().c_str(), &owner), 0);
  ASSERT_EQ(::chown(disk.c_str(), owner.st_uid, owner.st_gid), 0);
  ::chmod(std::filesystem::path(disk).parent_path().c_str(), 0755);
  server().ask("CREATE TABLESPACE small LOCATION '" + disk + "'");
  std::int64_t number = 0;
  {
    Database database = Database::open(server().url(), impatient());
    server().ask(
        "SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    server().ask("ALTER DATABASE postgres SET default_tablespace = small");
    database = Database::open(server().url(), impatient());
    openBooks(database);
    server().ask("CREATE TABLE ballast AS SELECT repeat('x', 100) FROM generate_series(1, 4000)");
    std::optional<ErrorKind> kind;
    while (!kind && number < 2000) {
      try {
        book(database, ++number);
      } catch (const Error& error) {
        kind = error.kind();
        EXPECT_EQ(error.sqlState(), "53100");
      }
    }
    EXPECT_EQ(kind, ErrorKind::resource);
    EXPECT_GT(number, 3);
    server().ask("DROP TABLE ballast");
    book(database, number);
    const Books books = readBooks(database);
    EXPECT_EQ(books.fault, "");
    EXPECT_EQ(books.booked.size(), static_cast<std::size_t>(number));
  }
  server().ask("ALTER DATABASE postgres RESET default_tablespace; DROP SCHEMA public CASCADE");
  server().ask("CREATE SCHEMA public");
  server().ask("DROP TABLESPACE small");
  ::umount2(disk.c_str(), MNT_DETACH);
}

}  // namespace
}  // namespace repot::test
