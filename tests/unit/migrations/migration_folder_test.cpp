// Migrations from a folder of SQL files, and starting new ones.
#include <repot/error.hpp>
#include <repot/schema/migration.hpp>
#include <repot/schema/migration_files.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>

namespace {

namespace fs = std::filesystem;
using repot::schema::Changes;
using repot::schema::Execute;
using repot::schema::Migration;
using repot::schema::Migrations;

class MigrationFolder : public testing::Test {
 protected:
  MigrationFolder() {
    std::string pattern = (fs::temp_directory_path() / "repot-migrations-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    folder_ = pattern;
  }
  ~MigrationFolder() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& sql) {
    std::ofstream(folder_ / name, std::ios::binary) << sql;
  }
  static std::string read(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
  }
  std::string refusal() const {
    try {
      Migrations::load(folder_).ordered();
    } catch (const repot::Error& error) {
      return error.what();
    }
    ADD_FAILURE() << "no error was thrown";
    return {};
  }

  fs::path folder_;
};

std::string sqlOf(const std::function<void(Changes&)>& steps, const char* scheme) {
  Changes changes;
  steps(changes);
  return std::get<Execute>(changes.all().at(0)).sql.of(scheme);
}

TEST_F(MigrationFolder, AFileFollowsTheOneBeforeUnlessItSaysOtherwise) {
  write("1_first.up.sql", "CREATE TABLE a(x);");
  write("9_ninth.up.sql", "CREATE TABLE b(x);");
  write("10_add_a_genre.up.sql", "CREATE TABLE c(x);");
  write("11_side.up.sql", "\n-- A side road.\n-- after: 1, 9\nCREATE TABLE d(x);\n-- after: 10");
  write("12_root.up.sql", "-- after: base\nCREATE TABLE e(x);");
  write("README.md", "not a migration");
  const Migrations migrations = Migrations::load(folder_);
  ASSERT_EQ(migrations.all().size(), 5U);
  EXPECT_EQ(migrations.find("10")->after, std::vector<std::string>{"9"});
  EXPECT_EQ(migrations.find("10")->description, "add a genre");
  EXPECT_EQ(migrations.find("11")->after, (std::vector<std::string>{"1", "9"}));
  EXPECT_EQ(migrations.find("12")->after, std::vector<std::string>{});
  EXPECT_FALSE(migrations.find("1")->down);
}

TEST_F(MigrationFolder, ADatabasesOwnFileGoesBeforeTheCommonOne) {
  write("1_a.up.sql", "common up");
  write("1_a.sqlite.up.sql", "sqlite up");
  write("1_a.sqlite.down.sql", "sqlite down");
  write("1_a.postgresql.down.sql", "postgresql down");
  const Migrations migrations = Migrations::load(folder_);
  const Migration& migration = migrations.all().at(0);
  EXPECT_EQ(sqlOf(migration.up, "sqlite"), "sqlite up");
  EXPECT_EQ(sqlOf(migration.up, "postgresql"), "common up");
  EXPECT_EQ(sqlOf(migration.down, "sqlite"), "sqlite down");
  EXPECT_EQ(sqlOf(migration.down, "postgresql"), "postgresql down");
}

TEST_F(MigrationFolder, NamesTheFileThatIsWrong) {
  const auto refuses = [&](const std::string& name, const std::string& sql,
                           const std::string& words) {
    write(name, sql);
    const std::string message = refusal();
    EXPECT_NE(message.find(words), std::string::npos) << message;
    EXPECT_NE(message.find(name.substr(0, name.find('_'))), std::string::npos) << message;
    fs::remove(folder_ / name);
  };
  write("1_a.up.sql", "-- after: base\nSELECT 1");
  refuses("2.up.sql", "", "the name is none of a migration");
  refuses("2_b.sql", "", "the name is none of a migration");
  refuses("2_b.sqllite.up.sql", "", "the name is none of a migration");
  refuses("2_b.down.sql", "DROP TABLE b", "no up file");
  refuses("1_other.up.sql", "SELECT 1", "another migration has the id 1");
  refuses("2_b.up.sql", "SELECT '\xff'", "2_b.up.sql");
  refuses("2_b.up.sql", "-- after: 7\nSELECT 1", "comes after 7");
  refuses("1_a.sqlite.up.sql", "-- after: 7\nSELECT 1\n", "its '-- after:' is not that of");
  refuses("2_b.up.sql", "SELECT 1;\nCOMMIT;", "line 2: COMMIT would end the transaction");
  EXPECT_NO_THROW(Migrations::load(folder_));
}

TEST_F(MigrationFolder, AMissingFolderIsAnError) {
  fs::remove_all(folder_);
  EXPECT_NE(refusal().find(folder_.string()), std::string::npos);
}

TEST_F(MigrationFolder, EditorsMakeNoOtherMigrationOfAFile) {
  write("1_a.up.sql", "SELECT 'a\r\nb';\r\n");
  const Migrations windows = Migrations::load(folder_);
  write("1_a.up.sql", "\xEF\xBB\xBFSELECT 'a\nb';\n");
  const Migrations marked = Migrations::load(folder_);
  EXPECT_EQ(sqlOf(windows.all().at(0).up, "sqlite"), sqlOf(marked.all().at(0).up, "sqlite"));
}

TEST_F(MigrationFolder, ADownFileWithoutStatementsIsNone) {
  write("1_a.up.sql", "CREATE TABLE a(x);");
  write("1_a.down.sql", "-- to be written");
  write("2_merge.up.sql", "-- nothing to do");
  write("2_merge.down.sql", "-- nothing to undo");
  const Migrations migrations = Migrations::load(folder_);
  EXPECT_FALSE(migrations.find("1")->down);
  EXPECT_TRUE(migrations.find("2")->down);
}

TEST_F(MigrationFolder, NewOnesAreNumberedAndFollowTheHead) {
  const auto first = repot::schema::writeMigration(folder_, {"Start: the music!", {}, false});
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].filename(), "0001_start_the_music.up.sql");
  EXPECT_EQ(first[1].filename(), "0001_start_the_music.down.sql");
  EXPECT_TRUE(read(first[0]).starts_with("-- after: base\n"));
  const auto second = repot::schema::writeMigration(folder_, {"genre", {}, true});
  ASSERT_EQ(second.size(), 4U);
  EXPECT_EQ(second[0].filename(), "0002_genre.sqlite.up.sql");
  EXPECT_EQ(second[3].filename(), "0002_genre.postgresql.down.sql");
  EXPECT_EQ(Migrations::load(folder_).find("0002")->after, std::vector<std::string>{"0001"});
}

TEST_F(MigrationFolder, NewOnesAskWhichBranchToFollow) {
  write("1_a.up.sql", "SELECT 1");
  write("2_b.up.sql", "SELECT 1");
  write("3_c.up.sql", "-- after: 1\nSELECT 1");
  EXPECT_THROW(repot::schema::writeMigration(folder_, {"d", {}, false}), repot::Error);
  EXPECT_THROW(repot::schema::writeMigration(folder_, {"d", {"7"}, false}), repot::Error);
  EXPECT_THROW(repot::schema::writeMigration(folder_, {"--", {}, false}), repot::Error);
  repot::schema::writeMigration(folder_, {"d", {"2", "3"}, false});
  EXPECT_EQ(Migrations::load(folder_).heads(), std::vector<std::string>{"0004"});
}

TEST_F(MigrationFolder, NothingIsWrittenOver) {
  write("1_a.up.sql", "SELECT 1");
  fs::create_directory(folder_ / "0002_b.down.sql");
  EXPECT_THROW(repot::schema::writeMigration(folder_, {"b", {}, false}), repot::Error);
  EXPECT_FALSE(fs::exists(folder_ / "0002_b.up.sql"));
}

}  // namespace
