// Schemas as values: names, what changes do to them, and their JSON. No database.
#include <repot/error.hpp>
#include <repot/schema/changes.hpp>
#include <repot/schema/json.hpp>

#include <gtest/gtest.h>

namespace repot::schema {
namespace {

using enum ColumnType;

Table tracks() {
  Changes changes;
  changes.createTable("tracks", [](TableBuilder& table) {
    table.identity("id")
        .column("title", text, 255)
        .column("plays", integer)
        .unique({"title", "plays"})
        .check("plays >= 0 AND \"title\" <> 'plays'")
        .index({"plays"});
  });
  return std::get<CreateTable>(changes.all().front()).table;
}

/// The message of the error that the change must be.
std::string refusal(Schema schema, const Change& change) {
  try {
    apply(schema, change);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::schema);
    return error.what();
  }
  ADD_FAILURE() << "the change was not refused";
  return {};
}

TEST(Schema, NamesWhatNobodyNamed) {
  const Table table = tracks();
  EXPECT_EQ(table.primaryKey.name, "pk_tracks");
  EXPECT_EQ(table.uniqueKeys[0].name, "uq_tracks_title_plays");
  EXPECT_EQ(table.checks[0].name, "ck_tracks_plays_title");
  EXPECT_EQ(table.indexes[0].name, "ix_tracks_plays");
}

TEST(Schema, LongNamesAreCutToWhatPostgresqlHolds) {
  const std::string columnA = "ä" + std::string(60, 'a') + "1", columnB = columnA + "2";
  const std::string a = uniqueName("table", {columnA}), b = uniqueName("table", {columnB});
  EXPECT_LE(a.size(), 63U);
  EXPECT_NE(a, b);
  EXPECT_EQ(a, uniqueName("table", {columnA}));
}

TEST(Schema, TwoChecksOfOneColumnGetTwoNames) {
  Table table = tracks();
  table.checks = {{"", "plays > 0"}, {"", "plays < 9"}};
  nameConstraints(table);
  EXPECT_NE(table.checks[0].name, table.checks[1].name);
}

TEST(Schema, RenamingAColumnChangesItsMentionsInSqlButNotTexts) {
  Schema schema{{tracks()}, {}, {}};
  apply(schema, RenameColumn{"tracks", "plays", "play count"});
  const Table& table = schema.tables[0];
  EXPECT_EQ(table.checks[0].condition.text, "\"play count\" >= 0 AND \"title\" <> 'plays'");
  EXPECT_EQ(table.uniqueKeys[0].columns[1], "play count");
  EXPECT_EQ(table.indexes[0].parts[0].column, "play count");
}

TEST(Schema, ChangesThatCannotBeMadeNameWhatIsInTheWay) {
  const Schema schema{{tracks()}, {}, {}};
  EXPECT_NE(refusal(schema, DropTable{"nothing"}).find("no table \"nothing\""), std::string::npos);
  EXPECT_NE(refusal(schema, DropColumn{"tracks", "plays"}).find("ck_tracks_plays_title"),
            std::string::npos);
  EXPECT_NE(refusal(schema, DropPrimaryKey{"tracks"}).find("identity"), std::string::npos);
  EXPECT_NE(refusal(schema, DropConstraint{"tracks", "none"}).find("none"), std::string::npos);
  EXPECT_NE(refusal(schema, RenameColumn{"tracks", "plays", "title"}).find("already"),
            std::string::npos);
  EXPECT_NE(refusal(schema, CreateTable{tracks()}).find("already"), std::string::npos);
  ForeignKey key{"fk", {"plays"}, "tracks", {"plays"}};
  EXPECT_NE(refusal(schema, AddForeignKey{"tracks", key}).find("unique key"), std::string::npos);
}

TEST(Schema, JsonReadsBackEqualAndNamesWhatIsWrong) {
  Schema schema{{tracks()}, {{"v", {"a"}, Sql::each("SELECT 1", "SELECT 2")}}, {{"t", "x", "…"}}};
  schema.tables[0].columns[1].defaultValue =
      Default{Default::Kind::literal, std::string("\0'ü", 4), {}};
  schema.tables[0].notCarried = {"something"};
  const std::string json = toJson(schema);
  EXPECT_EQ(fromJson(json), schema);
  EXPECT_EQ(toJson(fromJson(json)), json);
  for (const std::string bad :
       {"", "[]", "{}", R"({"format": "repot-schema", "version": 2})",
        R"({"format": "repot-schema", "version": 1, "tables": [{"nam": "x"}]})",
        R"({"format": "repot-schema", "version": 1, "tables": 3})"}) {
    try {
      fromJson(bad);
      ADD_FAILURE() << bad;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::data) << bad;
    }
  }
}

}  // namespace
}  // namespace repot::schema
