// Reads of an application that run on the database that it is to move to, too.
#include "support/test_database.hpp"

#include <repot/backends.hpp>
#include <repot/shadowed_database.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using repot::Database;
using repot::ShadowedDatabase;
using repot::ShadowedRead;
using repot::UnitOfWork;

class Shadowed : public testing::Test {
 protected:
  Shadowed() {
    repot::registerBackends();
    repot::test::runSqlite(file_,
                           "CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT);"
                           "INSERT INTO note VALUES (1, 'a'), (2, 'B'), (3, 'c')");
    server().write([](UnitOfWork& unit) {
      unit.executeScript(
          "CREATE TABLE note(id bigint PRIMARY KEY, text text COLLATE \"en-x-icu\");"
          "INSERT INTO note VALUES (1, 'a'), (2, 'B'), (3, 'c')");
    });
  }
  Database file() { return Database::open(repot::DatabaseUrl::fromSqlitePath(file_)); }
  Database server() { return Database::open(server_.url()); }
  ShadowedDatabase open(std::uint64_t every = 1) {
    return {file(), server(), {every, [this](const ShadowedRead& read) { told_.push_back(read); }}};
  }
  static std::vector<std::string> texts(UnitOfWork& unit, const std::string& sql) {
    std::vector<std::string> texts;
    unit.query(sql, {}, {repot::ColumnType::text},
               [&](auto& row) { texts.push_back(std::get<std::string>(row[0])); });
    return texts;
  }

  repot::test::ScratchFolder folder_;
  std::string file_ = folder_.file("app.db");
  repot::test::ScratchDatabase server_;
  std::vector<ShadowedRead> told_;
};

TEST_F(Shadowed, equal_answers_are_told_as_such) {
  ShadowedDatabase database = open();
  const auto found = database.read(
      [](UnitOfWork& unit) { return texts(unit, "SELECT text FROM note ORDER BY id"); }, "by id");
  EXPECT_EQ(found, (std::vector<std::string>{"a", "B", "c"}));
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_TRUE(told_[0].equal);
  EXPECT_FALSE(told_[0].failure);
  EXPECT_GT(told_[0].time.count(), 0);
  EXPECT_GT(told_[0].shadowTime.count(), 0);
}

TEST_F(Shadowed, other_orders_and_failures_are_told_and_are_not_the_callers) {
  ShadowedDatabase database = open();
  EXPECT_EQ(database.read([](UnitOfWork& unit) {
    return texts(unit, "SELECT text FROM note ORDER BY text");
  }),
            (std::vector<std::string>{"B", "a", "c"}));
  EXPECT_EQ(database
                .read([](UnitOfWork& unit) {
                  return texts(unit, "SELECT group_concat(text, '') FROM note");
                })
                .size(),
            1u);
  ASSERT_EQ(told_.size(), 2u);
  EXPECT_FALSE(told_[0].equal);
  EXPECT_FALSE(told_[0].failure);
  EXPECT_FALSE(told_[1].equal);
  ASSERT_TRUE(told_[1].failure);
}

TEST_F(Shadowed, writes_go_to_the_one_database_only) {
  ShadowedDatabase database = open();
  database.write([](UnitOfWork& unit) { unit.execute("INSERT INTO note VALUES (4, 'd')"); });
  const auto count = [](UnitOfWork& unit) { return texts(unit, "SELECT text FROM note").size(); };
  EXPECT_EQ(database.read(count), 4u);
  EXPECT_FALSE(told_.at(0).equal);
  EXPECT_EQ(server().read(count), 3u);
}

TEST_F(Shadowed, a_share_of_the_reads_is_tried) {
  ShadowedDatabase database = open(3);
  for (int i = 0; i < 7; ++i)
    database.read([](UnitOfWork& unit) { return texts(unit, "SELECT text FROM note").size(); });
  EXPECT_EQ(told_.size(), 3u);
}

}  // namespace
