// Backups on both databases, through the same interface: what is taken, verified and put back.
#include "support/test_database.hpp"

#include <repot/backends.hpp>
#include <repot/backup.hpp>
#include <repot/database.hpp>
#include <repot/error.hpp>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <memory>

namespace repot {
namespace {

namespace fs = std::filesystem;

class Backups : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    registerBackends();
    if (GetParam() == "postgresql") {
      server_ = std::make_unique<test::ScratchDatabase>();
      url_ = server_->url();
    } else {
      url_ = DatabaseUrl::fromSqlitePath(folder_.file("app.db"));
    }
    execute(
        "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);"
        "CREATE TABLE \"odd \"\" name\" (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES "
        "parent(id), note TEXT);"
        "CREATE TABLE hollow (a INTEGER);"
        "CREATE INDEX by_name ON parent(name);"
        "INSERT INTO parent VALUES (1, 'one'), (2, 'tab\there'), (3, NULL);"
        "INSERT INTO \"odd \"\" name\" VALUES (7, 3, 'line\nbreak \\.')");
  }

  void execute(const std::string& sql) {
    Database database = Database::open(url_);
    database.write([&](UnitOfWork& work) { work.executeScript(sql); });
  }
  std::int64_t count(const std::string& table) {
    Database database = Database::open(url_);
    return countIn(database, table);
  }
  static std::int64_t countIn(Database& database, const std::string& table) {
    return database.read([&](UnitOfWork& work) {
      std::int64_t rows = 0;
      work.query("SELECT count(*) FROM " + table, {}, {ColumnType::integer},
                 [&](std::vector<Value>& row) { rows = std::get<std::int64_t>(row[0]); });
      return rows;
    });
  }
  BackupFolder backups() const { return BackupFolder(folder_.file("backups")); }

  test::ScratchFolder folder_;
  std::unique_ptr<test::ScratchDatabase> server_;
  DatabaseUrl url_ = DatabaseUrl::parse("sqlite://");
};

INSTANTIATE_TEST_SUITE_P(Databases, Backups, testing::Values("sqlite", "postgresql"),
                         [](const auto& one) { return one.param; });

TEST_P(Backups, takesWhatIsThereAndTellsIt) {
  const Backup taken = backups().take(url_).backup;
  const auto rowsOf = [&](const std::string& name) -> std::int64_t {
    for (const TableContents& table : taken.contents.tables)
      if (table.name == name || table.name == "public." + name) return table.rows;
    return -1;
  };
  EXPECT_EQ(rowsOf("parent"), 3);
  EXPECT_EQ(rowsOf("odd \" name"), 1);
  EXPECT_EQ(rowsOf("hollow"), 0);
  struct stat status {};
  ASSERT_EQ(::stat(taken.file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600);
  ASSERT_EQ(::stat(backups().path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700);
  const std::vector<Backup> listed = backups().list();
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].contents.tables, taken.contents.tables);
  EXPECT_EQ(listed[0].digest, taken.digest);
  EXPECT_EQ(listed[0].takenAt, std::chrono::floor<std::chrono::microseconds>(taken.takenAt));
}

TEST_P(Backups, goesBackInPlaceOfWhatIsThereAndKeepsThat) {
  Backup taken = backups().take(url_, {.compress = true}).backup;
  EXPECT_TRUE(verifyBackup(taken));
  execute("DELETE FROM \"odd \"\" name\"; INSERT INTO parent VALUES (4, 'later')");
  EXPECT_THROW(restoreBackup(taken, url_), Error);
  EXPECT_EQ(count("parent"), 4) << "refused, and nothing changed";
  const std::string kept = restoreBackup(taken, url_, {.replace = true});
  EXPECT_EQ(count("parent"), 3);
  EXPECT_EQ(count("\"odd \"\" name\""), 1);
  if (GetParam() == "sqlite") {
    EXPECT_TRUE(fs::exists(kept));
    url_ = DatabaseUrl::fromSqlitePath(kept);
    EXPECT_EQ(count("parent"), 4);
  } else {
    const std::string name = kept.substr(std::string("database ").size());
    url_ = url_.withOption("dbname", name);
    EXPECT_EQ(count("parent"), 4);
    test::ScratchDatabase other;
    other.query("DROP DATABASE \"" + name + '"');
  }
}

TEST_P(Backups, goesIntoAnEmptyPlace) {
  const Backup taken = backups().take(url_).backup;
  std::unique_ptr<test::ScratchDatabase> fresh;
  if (server_) {
    fresh = std::make_unique<test::ScratchDatabase>();
    url_ = fresh->url();
  } else {
    url_ = DatabaseUrl::fromSqlitePath(folder_.file("fresh.db"));
  }
  EXPECT_EQ(restoreBackup(taken, url_), "");
  EXPECT_EQ(count("parent"), 3);
}

TEST_P(Backups, refusesWhileTheDatabaseIsInUse) {
  const Backup taken = backups().take(url_).backup;
  execute("INSERT INTO parent VALUES (4, 'later')");
  Database inUse = Database::open(url_);
  const auto rows = [&] { return countIn(inUse, "parent"); };
  EXPECT_EQ(rows(), 4);
  try {
    restoreBackup(taken, url_, {.replace = true});
    FAIL() << "restored under an application";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::busy) << error.what();
  }
  EXPECT_EQ(rows(), 4);
}

TEST_P(Backups, rottenBackupIsFoundAndNotRestored) {
  Backup taken = backups().take(url_).backup;
  {
    std::fstream file(taken.file, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(taken.bytes / 2);
    file.put('\x5a');
    file.put('\xa5');
  }
  EXPECT_FALSE(verifyBackup(taken));
  EXPECT_NE(taken.damage, "");
  EXPECT_EQ(backups().list().at(0).damage, taken.damage) << "remembered";
  try {
    restoreBackup(taken, url_, {.replace = true});
    FAIL() << "restored a damaged backup";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data) << error.what();
  }
  EXPECT_EQ(count("parent"), 3);
}

TEST_P(Backups, stopsWhenAskedAndLeavesNothing) {
  BackupOptions options;
  int asked = 0;
  options.observer = [&](const CopyProgress&) { return ++asked < 2; };
  EXPECT_THROW(backups().take(url_, options), Error);
  for (const fs::directory_entry& entry : fs::directory_iterator(backups().path()))
    EXPECT_EQ(entry.path().extension(), ".lock") << entry.path();
}

TEST_P(Backups, otherDatabaseIsRefused) {
  const Backup taken = backups().take(url_).backup;
  const DatabaseUrl other =
      DatabaseUrl::parse(GetParam() == "sqlite" ? "postgresql:///other" : "sqlite:///other.db");
  EXPECT_THROW(restoreBackup(taken, other), Error);
}

}  // namespace
}  // namespace repot
