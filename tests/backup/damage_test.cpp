// What a folder of backups does when disks fail, processes die and files rot.
#include "support/test_database.hpp"

#include <repot/backends.hpp>
#include <repot/backup.hpp>
#include <repot/error.hpp>

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>
#include <random>

namespace repot {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono;

class Damage : public testing::Test {
 protected:
  void SetUp() override {
    registerBackends();
    test::runSqlite(file_,
                    "CREATE TABLE t(a INTEGER PRIMARY KEY, b BLOB);"
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)"
                    "INSERT INTO t SELECT i, randomblob(2000) FROM n");
  }
  Backup take(system_clock::time_point at) {
    BackupOptions options;
    options.now = [at] { return at; };
    return backups_.take(DatabaseUrl::fromSqlitePath(file_), options).backup;
  }
  static void rot(const fs::path& file) {
    std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
    stream.seekp(100'000);
    stream << "rotten";
  }

  test::ScratchFolder folder_;
  std::string file_ = folder_.file("app.db");
  BackupFolder backups_{folder_.file("backups")};
  const system_clock::time_point day_ = sys_days(year(2025) / 5 / 1) + 23h;
};

TEST_F(Damage, newestThatRottedDoesNotCostTheOlderOnes) {
  take(day_);
  take(day_ + days(1));
  const Backup newest = take(day_ + days(2));
  rot(newest.file);
  EXPECT_TRUE(backups_.prune({1, 0, 0}, day_ + days(3), true).size() == 1U);
  const auto pruned = backups_.prune({1, 0, 0}, day_ + days(3), false);
  ASSERT_EQ(pruned.size(), 1U);
  EXPECT_EQ(pruned[0].failure, "");
  std::vector<Backup> left = backups_.list();
  ASSERT_EQ(left.size(), 2U);
  EXPECT_FALSE(verifyBackup(left[0])) << "kept until there is a newer sound one";
  EXPECT_TRUE(verifyBackup(left[1]));
  EXPECT_EQ(left[1].takenAt, day_ + days(1));
}

TEST_F(Damage, damagedDatabaseIsNotTakenForABackup) {
  const Backup good = take(day_);
  std::fstream stream(file_, std::ios::binary | std::ios::in | std::ios::out);
  stream.seekp(4096 * 3);
  stream << std::string(4096, 'x');
  stream.close();
  EXPECT_THROW(take(day_ + days(1)), Error);
  const std::vector<Backup> left = backups_.list();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].file, good.file);
}

TEST_F(Damage, fullDiskCostsNothing) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to mount a small file system";
  const std::string small = folder_.file("small");
  fs::create_directory(small);
  if (::mount("tmpfs", small.c_str(), "tmpfs", 0, "size=1500k") != 0)
    GTEST_SKIP() << "this machine does not let mount";
  const BackupFolder backups(small + "/backups");
  const DatabaseUrl url = DatabaseUrl::fromSqlitePath(file_);
  EXPECT_NO_THROW(backups.take(url));
  for (const bool compress : {false, true}) {
    try {
      backups.take(url, {.compress = compress});
      ADD_FAILURE() << "there is no room for a second one";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::resource) << error.what();
    }
  }
  std::vector<Backup> left = backups.list();
  EXPECT_EQ(left.size(), 1U);
  EXPECT_TRUE(!left.empty() && verifyBackup(left[0]));
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(backups.path()))
    ++files;
  EXPECT_EQ(files, 3U) << "the backup, its manifest, and the lock";
  ::umount2(small.c_str(), MNT_DETACH);
}

TEST_F(Damage, folderThatNobodyMayWriteIsSaid) {
  constexpr uid_t nobody = 65534;
  fs::create_directory(backups_.path());
  fs::permissions(backups_.path(), fs::perms::owner_read | fs::perms::owner_exec);
  const bool root = ::geteuid() == 0;  // May write everywhere, so it becomes another user.
  if (root) {
    for (const fs::path& path : {fs::path(file_).parent_path(), backups_.path(), fs::path(file_)})
      ASSERT_EQ(::chown(path.c_str(), nobody, nobody), 0);
    ASSERT_EQ(::seteuid(nobody), 0);
  }
  try {
    take(day_);
    ADD_FAILURE() << "took a backup";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::permission) << error.what();
    EXPECT_NE(std::string(error.what()).find("backups"), std::string::npos);
  }
  if (root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
}

TEST_F(Damage, killsAtAnyMomentLeaveOnlyWholeBackups) {
  std::mt19937 random(7);
  for (int round = 0; round < 25; ++round) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      try {
        backups_.take(DatabaseUrl::fromSqlitePath(file_),
                      {.compress = round % 2 == 0, .retention = std::nullopt});
      } catch (...) {
      }
      ::_exit(0);
    }
    ::usleep(static_cast<useconds_t>(random() % 60'000));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    if (!fs::exists(backups_.path())) continue;
    for (Backup& one : backups_.list())
      EXPECT_TRUE(verifyBackup(one)) << one.file << ": " << one.damage;
  }
  take(day_);
  for (const fs::directory_entry& entry : fs::directory_iterator(backups_.path()))
    EXPECT_EQ(entry.path().string().find(".partial"), std::string::npos) << entry.path();
}

TEST_F(Damage, oneBackupAtATime) {
  BackupOptions outer;
  std::string message;
  outer.observer = [&](const CopyProgress&) {
    if (message.empty()) {
      try {
        take(day_);
        message = "taken";
      } catch (const Error& error) {
        message = error.what();
      }
    }
    return true;
  };
  backups_.take(DatabaseUrl::fromSqlitePath(file_), outer);
  EXPECT_NE(message.find("pid " + std::to_string(::getpid())), std::string::npos) << message;
}

}  // namespace
}  // namespace repot
