// Which of several servers a unit of work runs on: what a URL names, how old what a standby shows
// is, and the order in which servers are tried.
#include "servers/choice.hpp"
#include "servers/freshness.hpp"
#include "servers/position.hpp"

#include <repot/backend.hpp>
#include <repot/backends.hpp>
#include <repot/error.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace repot::detail {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Order = std::vector<std::size_t>;

std::vector<ServerAddress> serversOf(const std::string& url) {
  registerBackends();
  return findBackend("postgresql")->servers(DatabaseUrl::parse(url));
}

TEST(ServerAddresses, AreTheHostsOfTheUrlEachByItself) {
  const auto servers =
      serversOf("postgresql://u:p%40ss@a:5433,[::1]:5434/db?sslmode=require&repot_pool_size=2");
  ASSERT_EQ(servers.size(), 2U);
  EXPECT_EQ(servers[0].name, "a:5433");
  EXPECT_EQ(servers[1].name, "::1:5434");
  EXPECT_TRUE(servers[0].url.hosts().empty());
  EXPECT_EQ(servers[1].url.option("host"), "::1");
  EXPECT_EQ(servers[1].url.option("port"), "5434");
  EXPECT_EQ(servers[1].url.password(), "p@ss");
  EXPECT_EQ(servers[1].url.option("sslmode"), "require");
}

TEST(ServerAddresses, OptionsAreListsAsForLibpq) {
  const auto servers =
      serversOf("postgresql:///db?host=/run/a,/run/b&port=1,2&target_session_attrs=read-write");
  ASSERT_EQ(servers.size(), 2U);
  EXPECT_EQ(servers[1].url.option("host"), "/run/b");
  EXPECT_EQ(servers[1].url.option("port"), "2");
  EXPECT_FALSE(servers[1].url.option("target_session_attrs"));
  EXPECT_EQ(serversOf("postgresql:///db?host=a,b&port=5432")[1].name, "b:5432");
  EXPECT_EQ(serversOf("postgresql:///db?hostaddr=10.0.0.1,10.0.0.2")[1].url.option("hostaddr"),
            "10.0.0.2");
  EXPECT_THROW(serversOf("postgresql:///db?host=a,b&port=1,2,3"), Error);
}

TEST(ServerAddresses, ReplicasComeAfterTheHosts) {
  const auto servers = serversOf(
      "postgresql://a:5433/db?repot_replicas=b,c:6000,[::1]:7000&repot_regions=eu,eu,us,us");
  ASSERT_EQ(servers.size(), 4U);
  EXPECT_EQ(servers[1].name, "b:5433");
  EXPECT_EQ(servers[2].name, "c:6000");
  EXPECT_EQ(servers[2].region, "us");
  EXPECT_EQ(servers[3].url.option("host"), "::1");
}

TEST(ServerAddresses, OneHostOrAChoiceThatIsLibpqsIsNoneOfOurs) {
  EXPECT_TRUE(serversOf("postgresql://a/db").empty());
  EXPECT_TRUE(serversOf("postgresql:///db").empty());
  EXPECT_TRUE(serversOf("postgresql://a,b/db?target_session_attrs=any").empty());
  EXPECT_TRUE(serversOf("postgresql://a,b/db?target_session_attrs=prefer-standby").empty());
  EXPECT_EQ(serversOf("postgresql://a,b/db?target_session_attrs=primary").size(), 2U);
}

TEST(Positions, AreReadAsTheyAreWritten) {
  for (const std::uint64_t position : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0x16B3748},
                                       std::uint64_t{0x7E3A016B3748}, ~std::uint64_t{0}})
    EXPECT_EQ(parsePosition(positionText(position)), position);
  EXPECT_EQ(positionText(0x7E3A016B3748), "7E3A/16B3748");
  EXPECT_EQ(parsePosition(""), 0U);
  for (const char* wrong : {"1", "/", "1/", "/1", "1/2/3", "g/0", "1/123456789", "-1/0"})
    EXPECT_THROW(parsePosition(wrong), Error) << wrong;
}

TEST(Staleness, IsTheAgeOfTheLastMomentThatAStandbyIsKnownToShow) {
  const ServerClock::time_point start{seconds(1000)};
  PrimaryTrail trail;
  EXPECT_FALSE(trail.staleness(100, start));
  trail.add(start, 100);
  trail.add(start + seconds(1), 200);
  trail.add(start + seconds(2), 300);
  const auto now = start + seconds(3);
  EXPECT_FALSE(trail.staleness(99, now));
  EXPECT_EQ(trail.staleness(100, now), seconds(3));
  EXPECT_EQ(trail.staleness(250, now), seconds(2));
  EXPECT_EQ(trail.staleness(300, now), seconds(1));
  // At rest: nothing was written since, so the standby is as fresh as the last look.
  trail.add(start + seconds(9), 300);
  EXPECT_EQ(trail.staleness(300, start + seconds(10)), seconds(1));
  EXPECT_EQ(trail.staleness(299, start + seconds(10)), seconds(9));
}

TEST(Staleness, ForgetsWhatAFailoverLost) {
  const ServerClock::time_point start{seconds(1000)};
  PrimaryTrail trail;
  trail.add(start, 100);
  trail.add(start + seconds(1), 500);
  trail.add(start + seconds(2), 300);  // The new primary never had it.
  EXPECT_EQ(trail.staleness(600, start + seconds(3)), seconds(1));
  EXPECT_EQ(trail.staleness(200, start + seconds(3)), seconds(3));
}

TEST(CatchingUp, IsExpectedLaterAfterAFailureAndSoonerAfterSuccesses) {
  CatchUp one;
  EXPECT_EQ(one.estimate(), microseconds(0));
  one.failed(milliseconds(3));
  EXPECT_EQ(one.estimate(), milliseconds(6));
  for (int i = 0; i < 100; ++i)
    one.succeeded();
  EXPECT_EQ(one.estimate(), microseconds(0));
  for (int i = 0; i < 100; ++i)
    one.failed(milliseconds(1));
  EXPECT_EQ(one.estimate(), seconds(10));
}

/// A primary and two standbys, one of them far away.
class Choice : public testing::Test {
 protected:
  Choice() : servers(3) {
    for (ServerView& server : servers) {
      server.usable = true;
      server.position = 100;
      server.latency = microseconds(500);
      server.staleness = milliseconds(10);
    }
    servers[0].standby = false;
    servers[2].latency = milliseconds(80);
    demand.from = ReadFrom::preferStandby;
    demand.maxStaleness = seconds(30);
    demand.position = 100;
  }
  Order order(std::size_t turn = 0) const { return readOrder(servers, demand, turn); }

  std::vector<ServerView> servers;
  ReadDemand demand;
};

TEST_F(Choice, NearestStandbyFirstAndThePrimaryAtLast) {
  EXPECT_EQ(order(), (Order{1, 2, 0}));
  EXPECT_EQ(order(1), (Order{1, 2, 0}));
}

TEST_F(Choice, ServersOfOneDistanceTakeTurns) {
  servers[2].latency = microseconds(900);
  EXPECT_EQ(order(0), (Order{1, 2, 0}));
  EXPECT_EQ(order(1), (Order{2, 1, 0}));
}

TEST_F(Choice, TheOwnRegionGoesBeforeDistance) {
  servers[2].near = true;
  EXPECT_EQ(order(), (Order{2, 1, 0}));
}

TEST_F(Choice, AnyServerIsAnyServer) {
  demand.from = ReadFrom::any;
  EXPECT_EQ(order(0), (Order{0, 1, 2}));
  EXPECT_EQ(order(1), (Order{1, 0, 2}));
}

TEST_F(Choice, StandbysThatAreTooOldAreLeftOut) {
  servers[1].staleness = seconds(31);
  servers[2].staleness.reset();
  EXPECT_EQ(order(), (Order{0}));
  demand.maxStaleness = seconds(0);
  EXPECT_EQ(order(), (Order{0}));
}

TEST_F(Choice, AStandbyBehindIsTriedOnceItHadTheTimeToCatchUp) {
  demand.position = 200;
  demand.age = milliseconds(1);
  servers[1].catchUp = milliseconds(2);
  EXPECT_EQ(order(), (Order{2, 0}));
  demand.age = milliseconds(2);
  EXPECT_EQ(order(), (Order{1, 2, 0}));
  // From another process, and so on its way for as long as that took.
  demand.age.reset();
  EXPECT_EQ(order(), (Order{1, 2, 0}));
}

TEST_F(Choice, WhatFailedBeforeRunsOnThePrimary) {
  demand.again = true;
  EXPECT_EQ(order(), (Order{0, 1, 2}));
  servers[0].usable = false;
  EXPECT_EQ(order(), (Order{1, 2}));
}

TEST_F(Choice, WithoutAServerThatWillDoThereIsNone) {
  demand.from = ReadFrom::primary;
  EXPECT_EQ(order(), (Order{0}));
  servers[0].usable = false;
  EXPECT_EQ(order(), Order{});
}

}  // namespace
}  // namespace repot::detail
