// A database that Repot's repositories filled: the copy has the types that they would have made
// there, also where SQLite's own storage does not tell them, and gives back equal values.
#include "run_fixture.hpp"

#include <repot/backends.hpp>
#include <repot/describe.hpp>
#include <repot/repot.hpp>

namespace repot::migrate {
namespace {

struct Everything {
  std::int64_t id = 0;
  std::int64_t number = 0;
  double ratio = 0;
  bool flag = false;
  std::string text;
  Bytes bytes;
  Date date{};
  TimeOfDay time{};
  Timestamp timestamp{};
  Instant instant{};
  Interval interval{};
  Uuid uuid{};
  Json json;
  Decimal decimal;
  std::optional<Instant> maybeInstant;
  std::optional<Interval> maybeInterval;
  std::optional<bool> maybeFlag;
  bool operator==(const Everything&) const = default;
};
BOOST_DESCRIBE_STRUCT(Everything, (),
                      (id, number, ratio, flag, text, bytes, date, time, timestamp, instant,
                       interval, uuid, json, decimal, maybeInstant, maybeInterval, maybeFlag))

}  // namespace
}  // namespace repot::migrate

template <>
struct repot::Mapping<repot::migrate::Everything> {
  static EntityMap<migrate::Everything> map() {
    using migrate::Everything;
    return described<Everything>("everything", Roles<Everything>().generatedKey(&Everything::id));
  }
};

namespace repot::migrate {
namespace {

std::vector<Everything> rows() {
  using namespace std::chrono_literals;
  Everything first;
  first.flag = true;
  first.text = "2025-01-02";  // Looks like something else, as does every text below.
  first.bytes = {std::byte{0}, std::byte{255}};
  first.date = std::chrono::year(2025) / 1 / 2;
  first.time = {3h + 4us};
  first.timestamp = Timestamp(std::chrono::seconds(1700000000) + 5us);
  first.instant = Instant(std::chrono::seconds(1700000000) + 6us);
  first.interval = -36h + 7us;
  first.uuid.data[15] = 9;
  first.json = {R"({"a": null})"};
  first.decimal = {"-12.5"};
  first.maybeInstant = Instant(-1us);
  first.maybeInterval = 24h * 400;
  first.maybeFlag = false;
  Everything second;
  second.text = "true";
  second.date = std::chrono::year(1) / 1 / 1;
  second.json = {"[]"};
  second.decimal = {"100"};
  return {first, second};
}

const char* const columns =
    "SELECT string_agg(column_name || ' ' || data_type || ' ' || is_nullable || ' ' || "
    "coalesce(collation_name, ''), ', ' ORDER BY ordinal_position) "
    "FROM information_schema.columns WHERE table_name = 'everything'";

TEST_F(RunTest, WhatRepositoriesWroteInSqliteTheyReadFromTheCopy) {
  registerBackends();
  std::vector<Everything> written = rows();
  Database::open(DatabaseUrl::fromSqlitePath(path_)).createTables<Everything>();
  Database::open(DatabaseUrl::fromSqlitePath(path_)).write([&](UnitOfWork& work) {
    Repository<Everything>(work).addAll(written);
  });
  EXPECT_TRUE(migrateSurely().verified());
  const auto read = Database::open(target_.url()).read([](UnitOfWork& work) {
    return Repository<Everything>(work).findAll(Selection<Everything>().orderBy(&Everything::id));
  });
  EXPECT_TRUE(read == written);
  const std::string copied = target_.value(columns);
  target_.query("DROP TABLE everything");
  Database::open(target_.url()).createTables<Everything>();
  EXPECT_EQ(copied, target_.value(columns));
}

TEST_F(RunTest, AnEmptyTableOfRepositoriesHasTheirTypes) {
  registerBackends();
  Database::open(DatabaseUrl::fromSqlitePath(path_)).createTables<Everything>();
  EXPECT_TRUE(migrateSurely().verified());
  const std::string copied = target_.value(columns);
  target_.query("DROP TABLE everything");
  Database::open(target_.url()).createTables<Everything>();
  EXPECT_EQ(copied, target_.value(columns));
}

}  // namespace
}  // namespace repot::migrate
