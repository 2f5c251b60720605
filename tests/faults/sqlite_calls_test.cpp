// Every call of SQLite's to the file system and to the allocator fails once, and once for good,
// while an application works: what was acknowledged is there, nothing is there in halves, the error
// says what it is, and the same pool goes on as soon as the fault is over.
#include "books.hpp"
#include "faulty_memory.hpp"
#include "faulty_vfs.hpp"
#include "sqlite_options.hpp"
#include "support/repetitions.hpp"
#include "support/test_database.hpp"

#include <repot/repot.hpp>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace repot::test {
namespace {

/// The distance between two calls that fail, about so many of `calls` in all.
std::int64_t strideOf(std::int64_t calls) {
  return std::max<std::int64_t>(1, calls / repetitions(60));
}

class SqliteCallsTest : public testing::Test {
 protected:
  SqliteCallsTest() {
    Database database = Database::open(urlOf("template.db"));
    openBooks(database);
    for (std::int64_t number = 1; number <= 3; ++number)
      book(database, number);
  }
  ~SqliteCallsTest() override {
    for (const auto& [kind, count] : kinds_)
      std::printf("  %5d x %s\n", count, std::string(toString(kind)).c_str());
  }

  std::string urlOf(const std::string& name) const {
    return sqliteUrl(folder_.file(name)) + options_;
  }

  void copyTemplate(const std::string& name) const {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"})
      std::filesystem::remove(folder_.file(name) + suffix);
    std::filesystem::copy_file(folder_.file("template.db"), folder_.file(name));
  }

  /// The application: opens, books, reads, and is told of every error.
  struct Run {
    std::set<std::int64_t> acknowledged{1, 2, 3};
    std::set<std::int64_t> unknown;
    std::optional<Database> database;
  };

  Run work(const std::string& url) {
    Run run;
    attempt(run, 0, [&] { run.database = Database::open(url, impatient()); });
    if (!run.database) return run;
    for (std::int64_t number = 4; number <= 8; ++number) {
      attempt(run, number, [&] {
        book(*run.database, number);
        run.acknowledged.insert(number);
      });
      attempt(run, 0, [&] { EXPECT_EQ(readBooks(*run.database).fault, ""); });
    }
    return run;
  }

  /// Lets one call after the other fail, until none is left to fail.
  void sweep(const std::function<void(std::int64_t nth)>& arm, const std::function<void()>& disarm,
             const std::function<bool()>& fired) {
    constexpr std::int64_t far = 1'000'000'000;
    arm(far);
    copyTemplate("counting.db");
    work(urlOf("counting.db"));
    disarm();
    std::int64_t stride = 1, injected = 0;
    for (std::int64_t nth = 1; !HasFailure(); nth += stride) {
      SCOPED_TRACE("call " + std::to_string(nth));
      copyTemplate("books.db");
      arm(nth);
      Run run = work(urlOf("books.db"));
      disarm();
      if (!fired()) break;
      ++injected;
      checkAfter(run);
      if (nth > 40) stride = strideOf(nth * 3);
    }
    std::printf("%lld faults\n", static_cast<long long>(injected));
    EXPECT_GT(injected, 0);
  }

  std::string options_;  ///< Of the URL, with its question mark.

 private:
  void attempt(Run& run, std::int64_t number, const std::function<void()>& action) {
    try {
      action();
    } catch (const Error& error) {
      ++kinds_[error.kind()];
      const bool right = error.kind() == ErrorKind::resource ||
                         (error.kind() == ErrorKind::connection && error.outcomeKnown());
      EXPECT_TRUE(right) << toString(error.kind()) << ": " << error.what() << " ("
                         << error.backendCode() << ", " << error.statement() << ')';
      if (!error.outcomeKnown()) run.unknown.insert(number);
    } catch (const std::bad_alloc&) {
      ++kinds_[ErrorKind::resource];
    }
  }

  /// The fault is over: the same Database works on, and the file holds what it must.
  void checkAfter(Run& run) {
    if (!run.database) run.database = Database::open(urlOf("books.db"), impatient());
    book(*run.database, 100);
    run.acknowledged.insert(100);
    const Books books = readBooks(*run.database);
    EXPECT_EQ(books.fault, "");
    for (const std::int64_t number : run.acknowledged)
      EXPECT_TRUE(books.booked.contains(number)) << number << " was acknowledged and is lost";
    for (const std::int64_t number : books.booked) {
      EXPECT_TRUE(run.acknowledged.contains(number) || run.unknown.contains(number))
          << number << " failed and is there";
    }
    const DatabaseStatistics statistics = run.database->statistics();
    EXPECT_EQ(statistics.inUse, 0U);
    run.database.reset();
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(folder_.file("books.db").c_str(), &handle), SQLITE_OK);
    std::string answer;
    sqlite3_exec(
        handle, "PRAGMA integrity_check",
        [](void* text, int, char** values, char**) {
          *static_cast<std::string*>(text) += values[0];
          return 0;
        },
        &answer, nullptr);
    sqlite3_close(handle);
    EXPECT_EQ(answer, "ok");
  }

  ScratchFolder folder_;
  std::map<ErrorKind, int> kinds_;
};

struct Family {
  const char* name;
  IoFault fault;
  bool lasting;
};

class SqliteIoTest : public SqliteCallsTest, public testing::WithParamInterface<Family> {};

TEST_P(SqliteIoTest, NothingIsLostOrTorn) {
  const Family family = GetParam();
  // With less, nothing is synced but at a checkpoint.
  if (family.fault == IoFault::sync) options_ = "?repot_synchronous=full";
  sweep([&](std::int64_t nth) { FaultyVfs::arm(family.fault, nth, family.lasting); },
        FaultyVfs::disarm, FaultyVfs::fired);
}

INSTANTIATE_TEST_SUITE_P(
    Faults, SqliteIoTest,
    testing::Values(Family{"ReadOnce", IoFault::read, false}, Family{"Read", IoFault::read, true},
                    Family{"WriteOnce", IoFault::write, false},
                    Family{"Write", IoFault::write, true}, Family{"FullOnce", IoFault::full, false},
                    Family{"Full", IoFault::full, true}, Family{"SyncOnce", IoFault::sync, false},
                    Family{"Sync", IoFault::sync, true}, Family{"OpenOnce", IoFault::open, false},
                    Family{"Open", IoFault::open, true}, Family{"LockOnce", IoFault::lock, false},
                    Family{"Lock", IoFault::lock, true},
                    Family{"SharedMemoryOnce", IoFault::sharedMemory, false},
                    Family{"SharedMemory", IoFault::sharedMemory, true}),
    [](const auto& parameter) { return parameter.param.name; });

class SqliteMemoryTest : public SqliteCallsTest, public testing::WithParamInterface<bool> {};

TEST_P(SqliteMemoryTest, NothingIsLostTornOrLeaked) {
  copyTemplate("warm.db");
  work(urlOf("warm.db"));
  const sqlite3_int64 before = sqlite3_memory_used();
  sweep([&](std::int64_t nth) { FaultyMemory::arm(nth, GetParam()); }, FaultyMemory::disarm,
        FaultyMemory::fired);
  EXPECT_EQ(sqlite3_memory_used(), before);
}

INSTANTIATE_TEST_SUITE_P(Faults, SqliteMemoryTest, testing::Bool(), [](const auto& parameter) {
  return parameter.param ? "Lasting" : "Once";
});

}  // namespace
}  // namespace repot::test
