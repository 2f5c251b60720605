// The graph of migrations: order, heads, and what is wrong with one.
#include <repot/error.hpp>
#include <repot/schema/migration.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace {

using repot::schema::Changes;
using repot::schema::Migration;
using repot::schema::Migrations;

Migration migration(std::string id, std::vector<std::string> after = {}) {
  return {std::move(id), "", std::move(after), [](Changes&) {}, {}};
}

Migrations graph(const std::vector<std::pair<std::string, std::vector<std::string>>>& edges) {
  Migrations migrations;
  for (const auto& [id, after] : edges)
    migrations.add(migration(id, after));
  return migrations;
}

std::string idsOf(const std::vector<const Migration*>& order) {
  std::string ids;
  for (const Migration* one : order)
    ids += one->id;
  return ids;
}

std::string messageOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const repot::Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "no error was thrown";
  return {};
}

TEST(Graph, ParentsComeFirstWhateverTheOrderOfAdding) {
  EXPECT_EQ(idsOf(graph({{"a", {}}, {"b", {"a"}}, {"c", {"b"}}}).ordered()), "abc");
  EXPECT_EQ(idsOf(graph({{"c", {"b"}}, {"b", {"a"}}, {"a", {}}}).ordered()), "abc");
  EXPECT_EQ(idsOf(graph({}).ordered()), "");
}

TEST(Graph, BranchesHaveSeveralHeadsUntilTheyAreMerged) {
  Migrations migrations = graph({{"a", {}}, {"b", {"a"}}, {"c", {"a"}}});
  EXPECT_EQ(migrations.heads(), (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(idsOf(migrations.upTo("c")), "ac");
  migrations.add(migration("d", {"b", "c"}));
  EXPECT_EQ(migrations.heads(), std::vector<std::string>{"d"});
  EXPECT_EQ(idsOf(migrations.upTo("d")), "abcd");
}

TEST(Graph, NamesWhatIsWrong) {
  EXPECT_NE(messageOf([] {
              graph({{"a", {}}, {"a", {}}});
            }).find("two migrations have the id a"),
            std::string::npos);
  EXPECT_NE(messageOf([] {
              graph({{"a", {"gone"}}}).ordered();
            }).find("migration a comes after gone, which is not among"),
            std::string::npos);
  EXPECT_NE(messageOf([] {
              graph({{"a", {}}}).upTo("b");
            }).find("no migration 'b'"),
            std::string::npos);
}

TEST(Graph, NamesEveryMemberOfACycle) {
  const std::string message = messageOf([] {
    graph({{"a", {}}, {"b", {"a", "d"}}, {"c", {"b"}}, {"d", {"c"}}}).ordered();
  });
  for (const char* id : {"b", "c", "d"})
    EXPECT_NE(message.find(id), std::string::npos) << message;
  EXPECT_EQ(message.find("after a"), std::string::npos) << message;
  EXPECT_NE(messageOf([] {
              graph({{"a", {"a"}}}).ordered();
            }).find("a after a"),
            std::string::npos);
}

TEST(Graph, RefusesIdsThatMeanSomethingElse) {
  for (const char* id : {"", "base", "head", "-1", "+1", "a b", "a,b", "ä", "a\n"}) {
    EXPECT_NE(messageOf([&] {
                graph({{id, {}}});
              }).find("cannot be the id"),
              std::string::npos)
        << id;
  }
  EXPECT_NE(messageOf([] {
              Migrations().add({"a", "", {}, {}, {}});
            }).find("no up-steps"),
            std::string::npos);
}

TEST(Graph, OrdersAThousandMigrationsInAMoment) {
  Migrations migrations;
  for (int i = 1000; i > 0; --i) {
    migrations.add(
        migration(std::to_string(i), i == 1 ? std::vector<std::string>{}
                                            : std::vector<std::string>{std::to_string(i - 1)}));
  }
  EXPECT_EQ(migrations.ordered().front()->id, "1");
  EXPECT_EQ(migrations.ordered().back()->id, "1000");
}

}  // namespace
