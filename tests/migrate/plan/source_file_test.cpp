// The source file itself (section 13 of the catalogue of cases).
#include "fixture.hpp"

#include <repot/error.hpp>
#include <repot/sqlite/bulk.hpp>
#include <repot/sqlite/errors.hpp>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace repot::migrate::test {
namespace {

using sqlite::SqliteSource;

ErrorKind kindOfOpening(const std::string& path, std::string* message = nullptr) {
  try {
    SqliteSource::open(path);
  } catch (const Error& failure) {
    if (message != nullptr) *message = failure.what();
    return failure.kind();
  }
  ADD_FAILURE() << path << " was opened";
  return ErrorKind::internal;
}

void writeFile(const std::string& path, std::string_view content) {
  std::ofstream(path, std::ios::binary) << content;
}

/// Whether another process would have to wait for this one. A process does not see its own locks.
bool lockedForOthers(const std::string& path) {
  const pid_t child = ::fork();
  if (child == 0) {
    struct flock lock {};
    lock.l_type = F_WRLCK;
    const int file = ::open(path.c_str(), O_RDWR);
    ::_exit(::fcntl(file, F_GETLK, &lock) == 0 ? lock.l_type != F_UNLCK : 2);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) < 2);
  return WEXITSTATUS(status) == 1;
}

TEST(SourceFile, opening_it_leaves_locks_of_the_same_process_where_they_are) {
  // A backup of an application's by itself; a cutover that holds its writers off.
  for (const char* journal : {"DELETE", "WAL"}) {
    const TemporaryDirectory directory;
    const std::string path = directory.file("a.db");
    runScript(path, std::string("PRAGMA journal_mode=") + journal + "; CREATE TABLE t(a)");
    sqlite3* writer = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &writer), SQLITE_OK);
    ASSERT_EQ(
        sqlite3_exec(writer, "BEGIN IMMEDIATE; INSERT INTO t VALUES(1)", nullptr, nullptr, nullptr),
        SQLITE_OK);
    ASSERT_TRUE(lockedForOthers(path));
    sqlite::SourceOptions copied;
    copied.privateCopy = true;
    for (const auto& options : {sqlite::SourceOptions{}, copied}) {
      const SqliteSource source = SqliteSource::open(path, options);
      EXPECT_TRUE(lockedForOthers(path)) << journal;
    }
    EXPECT_TRUE(lockedForOthers(path)) << journal;
    EXPECT_EQ(sqlite3_exec(writer, "COMMIT", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(writer);
  }
}

TEST(SourceFile, C150_rows_in_the_wal_are_seen) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("a.db");
  sqlite3* writer = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &writer), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(writer,
                         "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t(a);"
                         "INSERT INTO t VALUES(1),(2)",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite::SourceOptions copied;
  copied.privateCopy = true;
  for (const auto& options : {sqlite::SourceOptions{}, copied}) {
    SqliteSource source = SqliteSource::open(path, options);
    sqlite::Statement row = source.prepare("SELECT count(*) FROM t");
    ASSERT_TRUE(row.step());
    EXPECT_EQ(row.int64(0), 2);
    EXPECT_EQ(source.isPrivateCopy(), options.privateCopy);
  }
  sqlite3_close(writer);
}

TEST(SourceFile, C152_all_readers_share_one_snapshot) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("a.db");
  runScript(path, "PRAGMA journal_mode=WAL; CREATE TABLE t(a); INSERT INTO t VALUES(1)");
  sqlite::SourceOptions options;
  options.readers = 3;
  SqliteSource source = SqliteSource::open(path, options);
  runScript(path, "INSERT INTO t VALUES(2)");
  const auto count = [&](std::size_t reader) {
    sqlite::Statement row = source.reader(reader).prepare("SELECT count(*) FROM t");
    row.step();
    return row.int64(0);
  };
  for (std::size_t i = 0; i < source.readerCount(); ++i)
    EXPECT_EQ(count(i), 1);
  source.refreshSnapshot();
  for (std::size_t i = 0; i < source.readerCount(); ++i)
    EXPECT_EQ(count(i), 2);
}

TEST(SourceFile, AReaderJoinsTheSnapshotUnlessSomebodyWroteSince) {
  const TemporaryDirectory directory;
  for (const char* mode : {"WAL", "DELETE"}) {
    const std::string path = directory.file(mode);
    runScript(path, "PRAGMA journal_mode=" + std::string(mode) +
                        "; CREATE TABLE t(a); INSERT INTO t VALUES(1)");
    SqliteSource source = SqliteSource::open(path);
    ASSERT_TRUE(source.addReader());
    ASSERT_EQ(source.readerCount(), 2U);
    if (std::string_view(mode) == "WAL") {
      runScript(path, "INSERT INTO t VALUES(2)");
      EXPECT_FALSE(source.addReader());
    } else {
      // A writer that waits for the readers keeps new ones out.
      sqlite3* writer = nullptr;
      ASSERT_EQ(sqlite3_open(path.c_str(), &writer), SQLITE_OK);
      sqlite3_exec(writer, "BEGIN; INSERT INTO t VALUES(2)", nullptr, nullptr, nullptr);
      EXPECT_EQ(sqlite3_exec(writer, "COMMIT", nullptr, nullptr, nullptr), SQLITE_BUSY);
      EXPECT_FALSE(source.addReader());
      sqlite3_close(writer);
    }
    EXPECT_EQ(source.readerCount(), 2U);
    sqlite::Statement row = source.reader(1).prepare("SELECT count(*) FROM t");
    row.step();
    EXPECT_EQ(row.int64(0), 1);
  }
}

/// Commits whenever a reader begins, so that no two of them see the same.
class BusyWriter {
 public:
  explicit BusyWriter(const std::string& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &handle_), SQLITE_OK);
    self_ = this;
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&watch));
  }
  ~BusyWriter() {
    sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&watch));
    sqlite3_close(handle_);
  }
  BusyWriter(const BusyWriter&) = delete;
  BusyWriter& operator=(const BusyWriter&) = delete;

  void rest() { resting_ = true; }

 private:
  static int watch(sqlite3* reader, const char**, const sqlite3_api_routines*) {
    return sqlite3_trace_v2(reader, SQLITE_TRACE_STMT, &write, self_);
  }
  static int write(unsigned, void* self, void* statement, void*) {
    const auto& writer = *static_cast<BusyWriter*>(self);
    const std::string_view sql = sqlite3_sql(static_cast<sqlite3_stmt*>(statement));
    if (sql == "BEGIN" && !writer.resting_)
      sqlite3_exec(writer.handle_, "UPDATE t SET a = a + 1", nullptr, nullptr, nullptr);
    return 0;
  }

  inline static BusyWriter* self_ = nullptr;
  sqlite3* handle_ = nullptr;
  bool resting_ = false;
};

TEST(SourceFile, C152_writers_at_full_speed_leave_a_snapshot_to_one_reader) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("a.db");
  runScript(path, "PRAGMA journal_mode=WAL; CREATE TABLE t(a); INSERT INTO t VALUES(0)");
  BusyWriter writer(path);
  sqlite::SourceOptions options;
  options.readers = 2;
  SqliteSource source = SqliteSource::open(path, options);
  const auto seen = [&] {
    sqlite::Statement row = source.prepare("SELECT a FROM t");
    return row.step() ? row.int64(0) : -1;
  };
  EXPECT_EQ(source.readerCount(), 1U);
  const std::int64_t first = seen();
  EXPECT_GT(first, 0);
  source.refreshSnapshot();
  EXPECT_EQ(source.readerCount(), 1U);
  EXPECT_GT(seen(), first);
  writer.rest();
  source.refreshSnapshot();
  EXPECT_EQ(source.readerCount(), 2U);
}

TEST(SourceFile, C153_quick_check_tells_of_damage) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("a.db");
  runScript(path,
            "PRAGMA page_size=512; CREATE TABLE t(a TEXT); CREATE INDEX i ON t(a);"
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n WHERE x<200)"
            "INSERT INTO t SELECT 'value '||x FROM n");
  EXPECT_TRUE(SqliteSource::open(path).quickCheck().empty());
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(512 * 4);
  file << std::string(512, '\x7f');
  file.close();
  bool damaged = false;
  try {
    damaged = !SqliteSource::open(path).quickCheck().empty();
  } catch (const Error& failure) {
    damaged = failure.kind() == ErrorKind::notADatabase;
  }
  EXPECT_TRUE(damaged);
}

TEST(SourceFile, C154_what_is_no_database_is_named) {
  const TemporaryDirectory directory;
  EXPECT_EQ(kindOfOpening(directory.file("missing.db")), ErrorKind::notFound);
  EXPECT_FALSE(std::filesystem::exists(directory.file("missing.db"))) << "it must not be made";
  EXPECT_EQ(kindOfOpening(directory.path()), ErrorKind::notADatabase);
  const std::string path = directory.file("file");
  std::string message;
  const auto expect = [&](std::string_view content, const char* word) {
    writeFile(path, content);
    EXPECT_EQ(kindOfOpening(path, &message), ErrorKind::notADatabase);
    EXPECT_NE(message.find(word), std::string::npos) << message;
  };
  expect("", "0 bytes");
  expect("\x1f\x8b\x08 and so on", "gzip");
  expect("PK\x03\x04 and so on", "zip");
  expect("12345678DUCK", "DuckDB");
  expect("** This file contains an SQLite 2.1 database **", "SQLite 2");
  expect(std::string(4096, '\xa7'), "SQLCipher");
}

TEST(SourceFile, a_file_without_a_place_is_an_error_like_any_other) {
  const TemporaryDirectory directory;
  writeFile(directory.file("a.db"), "any");
  const int descriptor = ::open(directory.file("a.db").c_str(), O_RDONLY);
  std::filesystem::remove(directory.file("a.db"));
  EXPECT_EQ(kindOfOpening("/proc/self/fd/" + std::to_string(descriptor)), ErrorKind::notFound);
  ::close(descriptor);
}

TEST(SourceFile, C155_paths_are_taken_byte_for_byte) {
  const TemporaryDirectory directory;
  for (const char* name : {"a b%20Q#é.db", "x?mode=rw", "file:y", "it's\"q\".db", "-dash"}) {
    runScript(directory.file(name), "CREATE TABLE t(a)");
    EXPECT_EQ(SqliteSource::open(directory.file(name)).path(), directory.file(name));
  }
}

TEST(SourceFile, unknown_collations_do_not_stop_reading) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("a.db");
  runScript(
      path,
      "CREATE TABLE t(a TEXT); INSERT INTO t VALUES('b'),('a'); PRAGMA writable_schema=ON;"
      "UPDATE sqlite_schema SET sql='CREATE TABLE t(a TEXT COLLATE LOCALIZED)' WHERE name='t'");
  SqliteSource source = SqliteSource::open(path);
  sqlite::Statement rows = source.prepare("SELECT a FROM t ORDER BY a");
  ASSERT_TRUE(rows.step());
  EXPECT_EQ(rows.text(0), "a");
  ASSERT_EQ(source.reader().unknownCollations().size(), 1U);
}

TEST(SourceFile, nothing_can_be_written) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("a.db");
  runScript(path, "CREATE TABLE t(a)");
  SqliteSource source = SqliteSource::open(path);
  EXPECT_THROW(source.prepare("INSERT INTO t VALUES(1)").step(), Error);
}

TEST(SqliteErrors, kinds_and_constraints_are_told) {
  using sqlite::errorKind;
  EXPECT_EQ(errorKind(SQLITE_BUSY_SNAPSHOT), ErrorKind::busy);
  EXPECT_EQ(errorKind(SQLITE_CONSTRAINT_PRIMARYKEY), ErrorKind::unique);
  EXPECT_EQ(errorKind(SQLITE_READONLY_ROLLBACK), ErrorKind::permission);
  const Error error = sqlite::sqliteError(SQLITE_CONSTRAINT_UNIQUE,
                                          "UNIQUE constraint failed: t.a, t.b", "inserting");
  EXPECT_EQ(error.constraint(), "t.a, t.b");
  EXPECT_EQ(error.backendCode(), SQLITE_CONSTRAINT_UNIQUE);
}

}  // namespace
}  // namespace repot::migrate::test
