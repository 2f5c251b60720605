// Database URLs: SQLAlchemy's spelling, redaction, positions of faults, and printing that reads
// back.
#include <repot/error.hpp>
#include <repot/url.hpp>

#include <gtest/gtest.h>

#include <random>

namespace repot {
namespace {

DatabaseUrl parse(std::string_view text) {
  return DatabaseUrl::parse(text);
}

TEST(UrlTest, SqlitePaths) {
  EXPECT_EQ(parse("sqlite:///app.db").database(), "app.db");
  EXPECT_EQ(parse("sqlite:///./app.db").database(), "./app.db");
  EXPECT_EQ(parse("sqlite:////var/lib/app.db").database(), "/var/lib/app.db");
  EXPECT_EQ(parse("sqlite:///a%20b%3F%25.db").database(), "a b?%.db");
  EXPECT_EQ(parse("sqlite:///a b#c.db").database(), "a b#c.db");
  EXPECT_EQ(parse("SQLite:///App.db").database(), "App.db");
}

TEST(UrlTest, SqliteInMemory) {
  for (const char* text : {":memory:", "sqlite://", "sqlite:///", "sqlite:///:memory:",
                           "sqlite+aiosqlite:///:memory:", "sqlite:///file::memory:?uri=true",
                           "sqlite:///file:shared?mode=memory&cache=shared&uri=true"}) {
    EXPECT_TRUE(parse(text).isInMemory()) << text;
  }
  EXPECT_FALSE(parse("sqlite:///memory.db").isInMemory());
  EXPECT_FALSE(parse("sqlite:///file:a.db?mode=ro&uri=true").isInMemory());
}

TEST(UrlTest, DriversAreAcceptedAndKeptApart) {
  const DatabaseUrl url = parse("postgresql+asyncpg://u:p@h/db");
  EXPECT_EQ(url.scheme(), "postgresql");
  EXPECT_EQ(url.driver(), "asyncpg");
  EXPECT_EQ(url.withoutDriver().toStringWithSecrets(), "postgresql://u:p@h/db");
  EXPECT_EQ(parse("postgres://h/db").scheme(), "postgresql");
  EXPECT_EQ(parse("sqlite+aiosqlite:///app.db").database(), "app.db");
}

TEST(UrlTest, PostgresqlParts) {
  const DatabaseUrl url = parse(
      "postgresql://us%40er:p%2Fw@[::1]:5433,h2,%2Frun%2Fpg:1/my%20db?sslmode=verify-full&a=%26");
  EXPECT_EQ(url.user(), "us@er");
  EXPECT_EQ(url.password(), "p/w");
  const std::vector<DatabaseUrl::Host> hosts = {{"::1", "5433"}, {"h2", ""}, {"/run/pg", "1"}};
  EXPECT_EQ(url.hosts(), hosts);
  EXPECT_EQ(url.database(), "my db");
  EXPECT_EQ(url.option("sslmode"), "verify-full");
  EXPECT_EQ(url.option("a"), "&");
  EXPECT_FALSE(url.option("none"));
  EXPECT_TRUE(parse("postgresql://").hosts().empty());
  EXPECT_EQ(parse("postgresql:///db?host=/tmp").option("host"), "/tmp");
}

TEST(UrlTest, PasswordsAreNeverPrinted) {
  for (const char* text :
       {"postgresql://u:s3cret@h/db", "postgresql://:s3cret@h", "postgresql://h/db?password=s3cret",
        "postgresql://h/db?sslpassword=s3cret&sslmode=require", "postgresql+x://u:s3cret@a,b/db"}) {
    const std::string printed = parse(text).toString();
    EXPECT_EQ(printed.find("s3cret"), std::string::npos) << printed;
    EXPECT_NE(printed.find("***"), std::string::npos) << printed;
    EXPECT_NE(parse(text).toStringWithSecrets().find("s3cret"), std::string::npos);
  }
}

struct Fault {
  const char* text;
  const char* position;
};

TEST(UrlTest, FaultsTellTheirPositionAndNoPassword) {
  const Fault faults[] = {
      {"no-scheme", "position 1"},
      {"://h", "position 1"},
      {"postgresql+://h", "position 12"},
      {"sqlite://app.db", "position 10"},
      {"sqlite:///a%2", "position 12"},
      {"sqlite:///a%00b", "position 12"},
      {"postgresql://u:s3c%ret@h/db", "position 19"},
      {"postgresql://u:s3@cret@h/db", "position 14"},
      {"postgresql://u:s3/cret@h/db", "position"},
      {"postgresql://h:port/db", "position 16"},
      {"postgresql://h:0/db", "position 16"},
      {"postgresql://h:65536/db", "position 16"},
      {"postgresql://[::1/db", "position 14"},
      {"postgresql://[::1]x/db", "position 19"},
      {"postgresql://h/db?novalue", "position 19"},
      {"postgresql://h/db?a=1&=2", "position 23"},
  };
  for (const Fault& fault : faults) {
    try {
      parse(fault.text);
      ADD_FAILURE() << fault.text << " was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::invalidUrl);
      EXPECT_NE(std::string(error.what()).find(fault.position), std::string::npos)
          << fault.text << ": " << error.what();
      EXPECT_EQ(std::string(error.what()).find("cret"), std::string::npos) << error.what();
    }
  }
}

TEST(UrlTest, BarePathsAreTakenByteForByte) {
  EXPECT_EQ(DatabaseUrl::parseOrPath("/a b%20?#.db").database(), "/a b%20?#.db");
  EXPECT_EQ(DatabaseUrl::parseOrPath("file:x.db").database(), "./file:x.db");
  EXPECT_TRUE(DatabaseUrl::parseOrPath(":memory:").isInMemory());
  EXPECT_EQ(DatabaseUrl::parseOrPath("postgresql://h/db").scheme(), "postgresql");
  EXPECT_THROW(DatabaseUrl::parseOrPath("postgresql:h"), Error);
  EXPECT_THROW(DatabaseUrl::parseOrPath(""), Error);
}

TEST(UrlTest, OptionsCanBeAddedAndTakenAway) {
  const DatabaseUrl url = parse("postgresql://h/db?repot_pool_size=3&sslmode=require");
  EXPECT_EQ(url.withoutOptions("repot_").toString(), "postgresql://h/db?sslmode=require");
  EXPECT_EQ(url.withOption("x", "a b").option("x"), "a b");
}

// Property: what is printed with its secrets reads back as the same URL.
TEST(UrlTest, PrintingReadsBackEqual) {
  std::mt19937 random(7);
  const std::string bytes = "aZ09-._~ %/?#@:&=+,;[]\"'\\\xc3\xa9|{}<>^`\x01";
  const auto text = [&](std::size_t least) {
    std::string result;
    for (std::size_t count = least + random() % 8; count > 0; --count) {
      result += bytes[random() % bytes.size()];
    }
    return result;
  };
  for (int round = 0; round < 20000; ++round) {
    DatabaseUrl url =
        round % 2 == 0 ? DatabaseUrl::fromSqlitePath(text(1)) : parse("postgresql://h");
    for (std::size_t count = random() % 3; count > 0; --count)
      url = url.withOption(text(1), text(0));
    EXPECT_EQ(parse(url.toStringWithSecrets()), url) << url.toStringWithSecrets();
  }
}

}  // namespace
}  // namespace repot
