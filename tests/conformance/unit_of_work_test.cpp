// Units of work: all or nothing, savepoints, one state for readers, retries, and threads.
#include "suite.hpp"

#include <atomic>
#include <thread>

namespace conformance {
namespace {

using repot::ErrorKind;
using repot::Repository;
using repot::UnitOfWork;

class UnitOfWorkTest : public Suite {
 protected:
  void SetUp() override {
    Suite::SetUp();
    if (!IsSkipped()) database().createTables<Artist>();
  }
  std::int64_t artistCount() {
    return database().read([](UnitOfWork& work) { return Repository<Artist>(work).count(); });
  }
  static void add(UnitOfWork& work, const std::string& name) {
    Repository<Artist>(work).add(Artist{0, name, std::nullopt});
  }
};

TEST_P(UnitOfWorkTest, CommitStoresAndRollbackForgets) {
  {
    UnitOfWork work = database().begin();
    add(work, "kept");
    work.commit();
    EXPECT_FALSE(work.isActive());
  }
  {
    UnitOfWork work = database().begin();
    add(work, "forgotten");
    work.rollback();
  }
  {
    UnitOfWork work = database().begin();
    add(work, "never committed");
  }
  EXPECT_EQ(artistCount(), 1);
}

TEST_P(UnitOfWorkTest, AnExceptionRollsBackAndGoesOn) {
  EXPECT_THROW(database().write([](UnitOfWork& work) {
    add(work, "gone");
    throw std::runtime_error("the application's own");
  }),
               std::runtime_error);
  EXPECT_EQ(artistCount(), 0);
}

TEST_P(UnitOfWorkTest, NestedUnitsRollBackAlone) {
  database().write([](UnitOfWork& work) {
    add(work, "outer");
    EXPECT_THROW(work.nested([&] {
      add(work, "inner");
      work.nested([&] { add(work, "innermost"); });
      throw std::runtime_error("only the inner one");
    }),
                 std::runtime_error);
    EXPECT_EQ(kindOf([&] { work.nested([&] { add(work, "outer"); }); }), ErrorKind::unique);
    add(work, "after");
  });
  EXPECT_EQ(artistCount(), 2);
}

TEST_P(UnitOfWorkTest, UseAfterTheEndIsAnError) {
  UnitOfWork work = database().begin();
  work.commit();
  EXPECT_EQ(kindOf([&] { add(work, "late"); }), ErrorKind::usage);
  EXPECT_EQ(kindOf([&] { work.commit(); }), ErrorKind::usage);
}

TEST_P(UnitOfWorkTest, AFailedStatementIsNeverCommittedSilently) {
  database().write([](UnitOfWork& work) { add(work, "first"); });
  UnitOfWork work = database().begin();
  add(work, "second");
  EXPECT_EQ(kindOf([&] { add(work, "first"); }), ErrorKind::unique);
  // SQLite undoes only the statement, PostgreSQL the whole; either way commit() says the truth.
  bool stored = true;
  try {
    work.commit();
  } catch (const repot::Error&) {
    stored = false;
  }
  work.rollback();
  EXPECT_EQ(artistCount(), stored ? 2 : 1);
}

TEST_P(UnitOfWorkTest, ReadersCannotWriteAndLaterWritersCan) {
  EXPECT_EQ(kindOf([&] { database().read([](UnitOfWork& work) { add(work, "no"); }); }),
            ErrorKind::permission);
  database().write([](UnitOfWork& work) { add(work, "yes"); });
  EXPECT_EQ(artistCount(), 1);
}

TEST_P(UnitOfWorkTest, AReaderSeesOneState) {
  if (GetParam() == Target::sqliteMemory) {
    GTEST_SKIP() << "a database in memory has one connection: readers and writers take turns";
  }
  UnitOfWork reading = database().beginRead();
  EXPECT_EQ(Repository<Artist>(reading).count(), 0);
  database().write([](UnitOfWork& work) { add(work, "meanwhile"); });
  EXPECT_EQ(Repository<Artist>(reading).count(), 0);
  reading.commit();
  EXPECT_EQ(artistCount(), 1);
}

TEST_P(UnitOfWorkTest, RetryableErrorsRunTheWorkAgain) {
  int runs = 0;
  database().write([&](UnitOfWork& work) {
    add(work, "retried");
    if (++runs < 3) throw repot::Error(ErrorKind::serialization, "planted");
  });
  EXPECT_EQ(runs, 3);
  EXPECT_EQ(artistCount(), 1);
  runs = 0;
  EXPECT_EQ(kindOf([&] {
              database().write([&](UnitOfWork&) {
                ++runs;
                throw repot::Error(ErrorKind::busy, "planted for ever");
              });
            }),
            ErrorKind::busy);
  EXPECT_EQ(runs, 3);
  runs = 0;
  EXPECT_EQ(kindOf([&] {
              database().write([&](UnitOfWork&) {
                ++runs;
                throw repot::Error(ErrorKind::unique, "planted");
              });
            }),
            ErrorKind::unique);
  EXPECT_EQ(runs, 1);
}

TEST_P(UnitOfWorkTest, AQueryMayRunInsideTheLoopOverItself) {
  database().write([](UnitOfWork& work) {
    add(work, "x");
    add(work, "y");
  });
  database().read([](UnitOfWork& work) {
    const std::string sql = "SELECT name FROM artists ORDER BY name";
    std::string seen;
    work.query(sql, {}, {repot::ColumnType::text}, [&](std::vector<repot::Value>& outer) {
      seen += std::get<std::string>(outer[0]);
      work.query(sql, {}, {repot::ColumnType::text}, [&](std::vector<repot::Value>& inner) {
        seen += std::get<std::string>(inner[0]);
      });
    });
    EXPECT_EQ(seen, "xxyyxy");
  });
}

TEST_P(UnitOfWorkTest, ThreadsLoseNoUpdate) {
  database().write([](UnitOfWork& work) {
    work.executeScript(
        "CREATE TABLE counter (value bigint NOT NULL); INSERT INTO counter VALUES (0)");
  });
  constexpr int threads = 8, rounds = 25;
  std::atomic<int> failures = 0;
  std::vector<std::thread> workers;
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&] {
      for (int round = 0; round < rounds; ++round) {
        try {
          database().write(
              [](UnitOfWork& work) { work.execute("UPDATE counter SET value = value + 1"); });
        } catch (const repot::Error&) {
          ++failures;
        }
      }
    });
  }
  for (std::thread& worker : workers)
    worker.join();
  EXPECT_EQ(failures, 0);
  database().read([&](UnitOfWork& work) {
    work.query("SELECT value FROM counter", {}, {repot::ColumnType::integer},
               [&](std::vector<repot::Value>& row) {
                 EXPECT_EQ(std::get<std::int64_t>(row[0]), threads * rounds);
               });
  });
}

TEST_P(UnitOfWorkTest, WaitingForAConnectionEndsWithAClearError) {
  repot::DatabaseOptions options;
  options.poolSize = 1;
  options.poolTimeout = std::chrono::milliseconds(50);
  const repot::Database small = repot::Database::open(url_, options);
  repot::Database first = small;
  const UnitOfWork held = first.begin();
  try {
    first.begin();
    FAIL() << "two writers at once";
  } catch (const repot::Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::timeout);
    EXPECT_NE(std::string(error.what()).find("repot_pool_timeout"), std::string::npos);
  }
}

REPOT_INSTANTIATE_CONFORMANCE(UnitOfWorkTest);

}  // namespace
}  // namespace conformance
