// One call after the other of SQLite's to the file system and to the allocator fails while a
// database is moved: nothing of it is published that is not whole, the source stays as it is, and
// the same command moves all of it as soon as the fault is over.
#include "faulty_memory.hpp"
#include "faulty_vfs.hpp"
#include "migrate/run/run_fixture.hpp"
#include "support/repetitions.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <new>

namespace repot::test {
namespace {

using migrate::Report;
using migrate::StageError;

std::string contentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class MigrationCallsTest : public migrate::RunTest {
 protected:
  MigrationCallsTest() {
    options_.jobs = 1;
    options_.load.chunkBytes = 8192;
    source(
        "PRAGMA page_size = 1024; PRAGMA journal_mode = WAL;"
        "CREATE TABLE artist(id INTEGER PRIMARY KEY, name TEXT UNIQUE, photo BLOB);"
        "CREATE TABLE track(id INTEGER PRIMARY KEY, artist INT REFERENCES artist(id), title TEXT,"
        " seconds REAL, CHECK(seconds > 0));"
        "CREATE TABLE tag(track INT, tag TEXT, PRIMARY KEY(track, tag)) WITHOUT ROWID;"
        "CREATE INDEX track_title ON track(title);"
        "CREATE VIEW long AS SELECT title FROM track WHERE seconds > 300;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)"
        " INSERT INTO artist SELECT i, 'artist ' || i, zeroblob(i * 20) FROM n;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)"
        " INSERT INTO track SELECT i, 1 + i % 60, 'title ' || i * 7919 % 1000, i + 0.5 FROM n;"
        "INSERT INTO tag SELECT id, 'tag ' || id % 7 FROM track;");
    sourceContent_ = contentOf(path_);
    migrateSurely(options_);
    moved_ = moved();
    empty();
  }
  ~MigrationCallsTest() override {
    for (const auto& [kind, count] : kinds_)
      std::printf("  %5d x %s\n", count, kind.c_str());
  }

  /// All rows in one line, by nobody's code but the server's.
  std::string moved() {
    return target_.value(
        "SELECT (SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM artist t) || "
        "(SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM track t) || "
        "(SELECT md5(string_agg(t::text, ',' ORDER BY t)) FROM tag t) || (SELECT count(*) FROM "
        "\"long\") || (SELECT count(*) FROM pg_constraint WHERE convalidated AND connamespace = "
        "'public'::regnamespace)");
  }
  void empty() {
    target_.query(
        "DROP SCHEMA public CASCADE; DROP SCHEMA IF EXISTS repot CASCADE;"
        "CREATE SCHEMA public");
  }

  void sweep(const std::function<void(std::int64_t nth)>& arm, const std::function<void()>& disarm,
             const std::function<bool()>& fired) {
    constexpr int faults = 12;
    const std::int64_t calls = count(arm, disarm, fired);
    ASSERT_GT(calls, 0) << "nothing can fail";
    std::printf("%lld calls\n", static_cast<long long>(calls));
    const std::int64_t most = repetitions(faults);
    for (std::int64_t i = 0; i < std::min(calls, most) && !HasFailure(); ++i) {
      const std::int64_t nth = calls <= most ? i + 1 : 1 + i * (calls - 1) / (most - 1);
      SCOPED_TRACE("call " + std::to_string(nth));
      arm(nth);
      const bool published = attempt();
      disarm();
      EXPECT_TRUE(fired());
      EXPECT_EQ(target_.value("SELECT count(*) FROM pg_class WHERE relnamespace = "
                              "'public'::regnamespace AND relkind IN ('r', 'v')"),
                published ? "4" : "0");
      // Whole already, where the fault was one that SQLite gets over.
      if (!published) migrateSurely(options_);
      EXPECT_EQ(moved(), moved_);
      EXPECT_EQ(contentOf(path_), sourceContent_);
      empty();
    }
  }

 private:
  /// The number of calls of the family in a run: the first that none reaches, by bisection.
  std::int64_t count(const std::function<void(std::int64_t nth)>& arm,
                     const std::function<void()>& disarm, const std::function<bool()>& fired) {
    std::int64_t reached = 0, beyond = 1;
    const auto reaches = [&](std::int64_t nth) {
      arm(nth);
      attempt();
      disarm();
      empty();
      return fired();
    };
    while (reaches(beyond)) {
      reached = beyond;
      beyond *= 4;
    }
    while (beyond - reached > 1 + reached / 20) {
      const std::int64_t middle = reached + (beyond - reached) / 2;
      (reaches(middle) ? reached : beyond) = middle;
    }
    return reached;
  }

  /// True where the migration was finished and verified.
  bool attempt() {
    try {
      const Report report = migrateAll(options_);
      EXPECT_TRUE(report.verified());
      ++kinds_["none"];
      return true;
    } catch (const StageError& failed) {
      const ErrorKind kind = failed.error.kind();
      ++kinds_[std::string(toString(kind))];
      EXPECT_TRUE(kind == ErrorKind::resource || kind == ErrorKind::connection)
          << toString(kind) << ": " << failed.error.what();
    } catch (const std::bad_alloc&) {
      ++kinds_["out of memory"];
    }
    return false;
  }

  migrate::MigrateOptions options_;
  std::string sourceContent_, moved_;
  std::map<std::string, int> kinds_;
};

struct Family {
  const char* name;
  IoFault fault;
  bool lasting;
};

class MigrationIoTest : public MigrationCallsTest, public testing::WithParamInterface<Family> {};

TEST_P(MigrationIoTest, PublishesAllOrNothing) {
  const Family family = GetParam();
  sweep([&](std::int64_t nth) { FaultyVfs::arm(family.fault, nth, family.lasting); },
        FaultyVfs::disarm, FaultyVfs::fired);
}

INSTANTIATE_TEST_SUITE_P(Faults, MigrationIoTest,
                         testing::Values(Family{"ReadOnce", IoFault::read, false},
                                         Family{"Read", IoFault::read, true},
                                         Family{"Open", IoFault::open, true},
                                         Family{"LockOnce", IoFault::lock, false},
                                         Family{"SharedMemory", IoFault::sharedMemory, true}),
                         [](const auto& parameter) { return parameter.param.name; });

class MigrationMemoryTest : public MigrationCallsTest, public testing::WithParamInterface<bool> {};

TEST_P(MigrationMemoryTest, PublishesAllOrNothing) {
  sweep([&](std::int64_t nth) { FaultyMemory::arm(nth, GetParam()); }, FaultyMemory::disarm,
        FaultyMemory::fired);
}

INSTANTIATE_TEST_SUITE_P(Faults, MigrationMemoryTest, testing::Bool(), [](const auto& parameter) {
  return parameter.param ? "Lasting" : "Once";
});

}  // namespace
}  // namespace repot::test
