// What makes another migration of one, and what does not.
#include <repot/schema/migration.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace repot::schema;
using repot::ColumnType;

Checksum checksumOf(std::function<void(Changes&)> up) {
  return Checksum::of({"1", "", {}, std::move(up), {}});
}

Checksum checksumOf(const Sql& sql) {
  return checksumOf([&](Changes& changes) { changes.execute(sql); });
}

TEST(Checksums, CommentsAndBlanksDoNotCountButQuotesDo) {
  const Checksum checksum = checksumOf("CREATE TABLE a (x TEXT DEFAULT 'a  b');");
  const auto same = [&](const char* sql) { return checksum.matches(checksumOf(sql), "sqlite"); };
  EXPECT_TRUE(same("-- why\nCREATE  TABLE a\n\t(x TEXT /* or not */ DEFAULT 'a  b');\n"));
  EXPECT_FALSE(same("CREATE TABLE a (x TEXT DEFAULT 'a b');"));
  EXPECT_FALSE(same("CREATE TABLE a (x TEXT DEFAULT '--a  b');"));
  EXPECT_FALSE(same("CREATE TABLE b (x TEXT DEFAULT 'a  b');"));
}

TEST(Checksums, AnEditForOneDatabaseIsNoneForTheOther) {
  const Checksum before = checksumOf(Sql::each("SELECT 1", "SELECT 2"));
  const Checksum after = checksumOf(Sql::each("SELECT 1", "SELECT 3"));
  EXPECT_TRUE(before.matches(after, "sqlite"));
  EXPECT_FALSE(before.matches(after, "postgresql"));
  const Checksum read = Checksum::parse(before.toString());
  EXPECT_TRUE(read.matches(before, "sqlite"));
  EXPECT_TRUE(read.matches(before, "postgresql"));
}

TEST(Checksums, CommonStepsHaveOneDigest) {
  const Checksum checksum = checksumOf("SELECT 1");
  EXPECT_EQ(checksum.toString().size(), 32U);
  EXPECT_TRUE(Checksum::parse(checksum.toString()).matches(checksum, "sqlite"));
  EXPECT_TRUE(Checksum::parse(checksum.toString()).matches(checksum, "postgresql"));
  EXPECT_FALSE(Checksum::parse("").matches(checksum, "sqlite"));
}

/// Stored in databases for ever: a change here makes every migration look edited.
TEST(Checksums, StayTheSameInEveryRelease) {
  EXPECT_EQ(checksumOf("CREATE TABLE a(x)").toString(), "aba5f4d8da6f4ddcc1937e2cc5612fbb");
  EXPECT_EQ(checksumOf([](Changes& changes) {
              changes.createTable("tracks", [](TableBuilder& table) {
                table.identity("id").column("title", ColumnType::text, 200);
                table.column("plays", ColumnType::integer).defaultTo(std::int64_t{0});
                table.unique({"title"}).check("plays >= 0").index({"plays"});
              });
            }).toString(),
            "21ac498e727c1d890e824b22f6a38d4d");
}

TEST(Checksums, EveryPartOfAChangeCounts) {
  Column column{.name = "a"};
  std::vector<Change> changes{AddColumn{"t", column}, AlterColumn{"t", column, {}}};
  const auto vary = [&](auto member) {
    Column other{.name = "a"};
    member(other);
    changes.push_back(AddColumn{"t", other});
  };
  vary([](Column& c) { c.type.kind = ColumnType::integer; });
  vary([](Column& c) { c.type.length = 3; });
  vary([](Column& c) { c.type.scale = 3; });
  vary([](Column& c) { c.type.native = "x"; });
  vary([](Column& c) { c.nullable = true; });
  vary([](Column& c) { c.identity = true; });
  vary([](Column& c) { c.reusesKeys = true; });
  vary([](Column& c) { c.serial = true; });
  vary([](Column& c) { c.strict = false; });
  vary([](Column& c) { c.collation = "NOCASE"; });
  vary([](Column& c) { c.defaultValue = Default{}; });
  vary([](Column& c) { c.defaultValue = Default{.value = repot::Value(std::string("1"))}; });
  vary([](Column& c) { c.defaultValue = Default{.value = repot::Value(std::int64_t{1})}; });
  vary([](Column& c) { c.defaultValue = Default{Default::Kind::currentTimestamp, {}, {}}; });
  vary([](Column& c) { c.defaultValue = Default{Default::Kind::expression, {}, "1"}; });
  vary([](Column& c) { c.generated = Generated{"1", true}; });
  vary([](Column& c) { c.generated = Generated{"1", false}; });
  for (Change change : std::initializer_list<Change>{
           DropTable{"t"},
           DropPrimaryKey{"t"},
           DropView{"t"},
           RenameTable{"t", "u"},
           DropColumn{"t", "u"},
           DropConstraint{"t", "u"},
           DropIndex{"t", "u"},
           DropTrigger{"t", "u"},
           RenameColumn{"t", "u", "v"},
           RenameColumn{"t", "uv", ""},
           AddPrimaryKey{"t", {"n", {"a"}}},
           AddPrimaryKey{"t", {"n", {"a", "b"}}},
           AddUnique{"t", {"n", {"a"}}},
           AddCheck{"t", {"n", "a"}},
           CreateView{{"v", {}, "x"}},
           CreateView{{"v", {"a"}, "x"}},
           CreateIndex{"t", {"n", {{"a", {}, false, ""}}, false, {}}},
           CreateIndex{"t", {"n", {{"a", {}, true, ""}}, false, {}}},
           CreateIndex{"t", {"n", {{"a", {}, false, ""}}, true, {}}},
           CreateIndex{"t", {"n", {{"a", {}, false, ""}}, false, "a > 1"}},
           CreateTrigger{{"n", "t", "x"}},
           repot::schema::Run{"x", {}},
           Execute{"x"},
           CreateTable{{.name = "t"}}})
    changes.push_back(std::move(change));
  for (const Action action : {Action::noAction, Action::cascade, Action::setNull}) {
    changes.push_back(
        AddForeignKey{"t", ForeignKey{.columns = {"a"}, .table = "u", .onDelete = action}});
  }
  changes.push_back(
      AddForeignKey{"t", ForeignKey{.columns = {"a"}, .table = "u", .onUpdate = Action::cascade}});
  changes.push_back(
      AddForeignKey{"t", ForeignKey{.columns = {"a"}, .table = "u", .deferred = true}});
  std::set<std::string> seen;
  for (const Change& change : changes) {
    const Checksum checksum = checksumOf([&](Changes& steps) { steps.add(change); });
    EXPECT_TRUE(seen.insert(checksum.toString()).second) << "change " << change.index();
  }
}

}  // namespace
