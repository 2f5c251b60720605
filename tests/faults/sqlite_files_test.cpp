// What happens to the file itself under an application that works: no space, no right, a lock that
// stays, bytes that rot. Real disks and real files, no shim.
#include "books.hpp"
#include "sqlite_options.hpp"
#include "support/test_database.hpp"

#include <repot/repot.hpp>

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>

namespace repot::test {
namespace {

std::optional<ErrorKind> kindOf(const std::function<void()>& action) {
  try {
    action();
    return std::nullopt;
  } catch (const Error& error) {
    return error.kind();
  }
}

/// A file system of one megabyte, for as long as it lives.
class SmallDisk {
 public:
  explicit SmallDisk(std::string path) : path_(std::move(path)) {
    std::filesystem::create_directory(path_);
    mounted_ = ::mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=1m") == 0;
    if (!mounted_) reason_ = std::strerror(errno);
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool mounted() const { return mounted_; }
  const std::string& reason() const { return reason_; }
  std::string file(const std::string& name) const { return path_ + '/' + name; }

 private:
  std::string path_, reason_;
  bool mounted_ = false;
};

TEST(SqliteFiles, AFullDiskUndoesTheUnitAndIsOverWhenThereIsSpace) {
  const ScratchFolder folder;
  const SmallDisk disk(folder.file("disk"));
  if (!disk.mounted()) GTEST_SKIP() << "a tmpfs cannot be mounted here: " << disk.reason();
  const std::string ballast = disk.file("ballast");
  std::ofstream(ballast) << std::string(300'000, 'x');
  Database database = Database::open(sqliteUrl(disk.file("books.db")), impatient());
  openBooks(database);
  std::int64_t number = 0;
  std::optional<ErrorKind> kind;
  while (!kind && number < 1000)
    kind = kindOf([&] { book(database, ++number); });
  EXPECT_EQ(kind, ErrorKind::resource);
  EXPECT_GT(number, 3) << "the disk is too small to show anything";
  // Reading goes on, and so does the same Database once there is space again.
  Books books = readBooks(database);
  EXPECT_EQ(books.fault, "");
  EXPECT_EQ(books.booked.size(), static_cast<std::size_t>(number - 1));
  std::filesystem::remove(ballast);
  book(database, number);
  books = readBooks(database);
  EXPECT_EQ(books.fault, "");
  EXPECT_EQ(books.booked.size(), static_cast<std::size_t>(number));
}

/// Another process holds the file for as long as this lives.
class Locker {
 public:
  explicit Locker(const std::string& path) {
    int ready[2];
    if (::pipe(ready) != 0) return;
    child_ = ::fork();
    if (child_ == 0) {
      sqlite3* handle = nullptr;
      sqlite3_open(path.c_str(), &handle);
      const bool locked =
          sqlite3_exec(handle,
                       "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE held (x)",
                       nullptr, nullptr, nullptr) == SQLITE_OK;
      static_cast<void>(::write(ready[1], locked ? "y" : "n", 1));
      ::pause();
    }
    char answer = 'n';
    static_cast<void>(::read(ready[0], &answer, 1));
    locked_ = answer == 'y';
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~Locker() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  Locker(const Locker&) = delete;
  Locker& operator=(const Locker&) = delete;
  bool locked() const { return locked_; }

 private:
  pid_t child_ = -1;
  bool locked_ = false;
};

TEST(SqliteFiles, ALockedFileIsBusyAndItsKillerLeavesNothing) {
  const ScratchFolder folder;
  const std::string url = sqliteUrl(folder.file("books.db"));
  {
    Database database = Database::open(url, impatient());
    openBooks(database);
    book(database, 1);
  }
  {
    // Opened after the lock: SQLite's own exclusive mode also keeps readers out.
    const Locker locker(folder.file("books.db"));
    ASSERT_TRUE(locker.locked());
    EXPECT_EQ(kindOf([&] { Database::open(url, impatient()); }), ErrorKind::busy);
  }
  // Killed with a transaction open.
  Database database = Database::open(url, impatient());
  book(database, 2);
  const Books books = readBooks(database);
  EXPECT_EQ(books.fault, "");
  EXPECT_EQ(books.booked.size(), 2U);
  EXPECT_EQ(
      kindOf([&] { database.read([](UnitOfWork& work) { work.execute("SELECT * FROM held"); }); }),
      ErrorKind::schema);
}

/// Runs `action` as a user without rights and returns the kind of its error.
std::optional<ErrorKind> asNobody(const std::function<void()>& action) {
  int result[2];
  if (::pipe(result) != 0) throw std::runtime_error("pipe failed");
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t nobody = 65534;
    int kind = -2;
    if (::geteuid() != 0 || (::setgid(nobody) == 0 && ::setuid(nobody) == 0)) {
      const auto found = kindOf(action);
      kind = found ? static_cast<int>(*found) : -1;
    }
    static_cast<void>(::write(result[1], &kind, sizeof kind));
    ::_exit(0);
  }
  int kind = -2;
  static_cast<void>(::read(result[0], &kind, sizeof kind));
  ::close(result[0]);
  ::close(result[1]);
  ::waitpid(child, nullptr, 0);
  if (kind == -2) throw std::runtime_error("no unprivileged user");
  return kind == -1 ? std::nullopt : std::optional(static_cast<ErrorKind>(kind));
}

TEST(SqliteFiles, AFileWithoutRightsIsAQuestionOfPermission) {
  const ScratchFolder folder;
  const std::string path = folder.file("books.db");
  {
    Database database = Database::open(sqliteUrl(path), impatient());
    openBooks(database);
    book(database, 1);
  }
  using std::filesystem::perms;
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  std::filesystem::permissions(parent, perms::owner_all | perms::group_all | perms::others_all);
  std::filesystem::permissions(path, perms::owner_read | perms::others_read);
  EXPECT_EQ(asNobody([&] {
              Database database = Database::open(sqliteUrl(path), impatient());
              book(database, 2);
            }),
            ErrorKind::permission);
  EXPECT_EQ(asNobody([&] {
              Database database = Database::open(sqliteUrl(path), impatient());
              if (!readBooks(database).booked.contains(1))
                throw Error(ErrorKind::internal, "nothing was read");
            }),
            std::nullopt);
  std::filesystem::permissions(path, perms::none);
  const auto closed = asNobody([&] { Database::open(sqliteUrl(path), impatient()); });
  EXPECT_TRUE(closed == ErrorKind::permission || closed == ErrorKind::connection);
}

TEST(SqliteFiles, RottenBytesAreAnErrorOrOtherValuesButNeverACrash) {
  const ScratchFolder folder;
  const std::string path = folder.file("books.db");
  {
    Database database = Database::open(sqliteUrl(path), impatient());
    openBooks(database);
    for (std::int64_t number = 1; number <= 10; ++number)
      book(database, number);
  }
  std::ifstream file(path, std::ios::binary);
  const std::string healthy{std::istreambuf_iterator<char>(file), {}};
  std::minstd_rand random(7);
  std::map<ErrorKind, int> kinds;
  for (int round = 0; round < 100; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    std::string rotten = healthy;
    for (int i = 0; i < 1 + round % 20; ++i)
      rotten[random() % rotten.size()] = static_cast<char>(random());
    for (const char* suffix : {"-wal", "-shm"})
      std::filesystem::remove(path + suffix);
    std::ofstream(path, std::ios::binary) << rotten;
    try {
      Database database = Database::open(sqliteUrl(path), impatient());
      readBooks(database);
      book(database, 11);
    } catch (const Error& error) {
      ++kinds[error.kind()];
      const bool right = error.kind() == ErrorKind::notADatabase ||
                         error.kind() == ErrorKind::data || error.kind() == ErrorKind::schema ||
                         error.kind() == ErrorKind::unique || error.kind() == ErrorKind::notNull ||
                         error.kind() == ErrorKind::foreignKey;
      EXPECT_TRUE(right) << toString(error.kind()) << ": " << error.what();
    }
  }
  EXPECT_GT(kinds[ErrorKind::notADatabase], 0);
  for (const auto& [kind, count] : kinds)
    std::printf("  %5d x %s\n", count, std::string(toString(kind)).c_str());
}

}  // namespace
}  // namespace repot::test
