// Comparing schemas: what is told, what is made of it, and that it leads where it should.
#include "random_schema.hpp"

#include <repot/error.hpp>
#include <repot/schema/diff.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace repot::schema {
namespace {

Column column(std::string name, ColumnType type, bool nullable = false) {
  Column column;
  column.name = std::move(name);
  column.type.kind = type;
  column.nullable = nullable;
  return column;
}

Table tracks() {
  Table table;
  table.name = "tracks";
  table.columns = {column("id", ColumnType::integer), column("title", ColumnType::text)};
  table.primaryKey.columns = {"id"};
  return table;
}

Schema schemaOf(Table table) {
  Schema schema;
  schema.tables.push_back(std::move(table));
  return schema;
}

Schema migrated(Schema schema, const std::vector<Change>& changes) {
  for (const Change& change : changes)
    apply(schema, change);
  return schema;
}

int rounds() {
  const char* const given = std::getenv("REPOT_TEST_ROUNDS");
  return given == nullptr ? 200 : std::atoi(given);
}

TEST(SchemaDiff, LeadsFromAnySchemaToAnyOther) {
  for (int round = 0; round < rounds(); ++round) {
    const auto seed = static_cast<std::uint64_t>(round);
    const Schema from = randomSchema(seed), to = randomSchema(seed + 1'000'000);
    const Diff difference = diff(from, to);
    try {
      ASSERT_EQ(sortedSchema(migrated(from, difference.changes)), sortedSchema(to))
          << "seed " << seed << '\n'
          << difference.toText();
    } catch (const Error& error) {
      FAIL() << "seed " << seed << ": " << error.what() << '\n' << difference.toText();
    }
    ASSERT_EQ(difference.empty(), difference.changes.empty()) << "seed " << seed;
  }
}

TEST(SchemaDiff, ASchemaEqualsItselfInAnyOrder) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Schema schema = randomSchema(seed);
    EXPECT_EQ(diff(schema, sortedSchema(schema)).toText(), "");
  }
}

TEST(SchemaDiff, SpellingsOfDefaultsAreNoDifference) {
  Table made = tracks(), live = tracks();
  const auto add = [&](ColumnType type, Default a, Default b) {
    Column first = column("c" + std::to_string(made.columns.size()), type), second = first;
    first.defaultValue = std::move(a);
    second.defaultValue = std::move(b);
    made.columns.push_back(first);
    live.columns.push_back(second);
  };
  const auto literal = [](Value value) { return Default{Default::Kind::literal, value, {}}; };
  const auto sql = [](const char* text) {
    return Default{Default::Kind::expression, {}, Sql(text)};
  };
  add(ColumnType::boolean, literal(false), literal(std::string("0")));
  add(ColumnType::boolean, literal(true), sql("TRUE"));
  add(ColumnType::integer, literal(std::int64_t{-6}), sql("(-6)"));
  add(ColumnType::integer, literal(std::int64_t{6}), literal(std::string("6")));
  add(ColumnType::text, literal(std::string("it's")), sql("'it''s'::character varying"));
  add(ColumnType::timestamp, Default{Default::Kind::currentTimestamp, {}, {}},
      sql("current_timestamp"));
  add(ColumnType::decimal, literal(Decimal{"1.50"}), sql("1.5"));
  EXPECT_EQ(diff(schemaOf(made), schemaOf(live), {DiffScope::everything, "postgresql"}).toText(),
            "");

  live.columns.back().defaultValue = sql("1.6");
  EXPECT_EQ(diff(schemaOf(made), schemaOf(live), {DiffScope::everything, "postgresql"}).toText(),
            "column tracks.c8: default literal 1.5, wanted literal 1.6\n");
}

TEST(SchemaDiff, NamesThatNobodyChoseAreNoDifference) {
  Table made = tracks(), live = tracks();
  made.primaryKey.name = "pk_tracks";
  live.primaryKey.name = "tracks_pkey";
  made.uniqueKeys = {{"uq_tracks_title", {"title"}}};
  live.uniqueKeys = {{"tracks_title_key", {"title"}}};
  EXPECT_TRUE(diff(schemaOf(made), schemaOf(live)).empty());
  live.uniqueKeys[0].name = "one_title";
  EXPECT_EQ(diff(schemaOf(made), schemaOf(live)).toText(),
            "unique key uq_tracks_title of tracks: (title) not wanted\n"
            "unique key one_title of tracks: (title) missing\n");
}

TEST(SchemaDiff, SqlIsComparedWithoutItsSpelling) {
  Table made = tracks(), live = tracks();
  made.checks = {{"ck_title", "title <> 'A B'  -- as told"}};
  live.checks = {{"ck_title", "((\"title\" <> 'A B'::text))"}};
  EXPECT_TRUE(diff(schemaOf(made), schemaOf(live)).empty());
  live.checks[0].condition = "title <> 'a b'";
  const Diff difference = diff(schemaOf(made), schemaOf(live));
  ASSERT_EQ(difference.differences.size(), 2u);
  EXPECT_TRUE(difference.differences[0].byText);
}

TEST(SchemaDiff, ARenameIsToldAsDropAndAddWithAHint) {
  Table renamed = tracks();
  renamed.columns[1].name = "name";
  const Diff difference = diff(schemaOf(tracks()), schemaOf(renamed));
  EXPECT_EQ(difference.toText(),
            "column tracks.name: missing (text NOT NULL)\n"
            "column tracks.title: not wanted; if it became name, write renameColumn(\"tracks\", "
            "\"title\", \"name\") in place of the two changes\n");
  ASSERT_EQ(difference.changes.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<AddColumn>(difference.changes[0]));
  EXPECT_TRUE(std::holds_alternative<DropColumn>(difference.changes[1]));

  Table moved = tracks();
  moved.name = "songs";
  EXPECT_NE(diff(schemaOf(tracks()), schemaOf(moved)).toText().find("renameTable("),
            std::string::npos);
}

TEST(SchemaDiff, ViewsAreMadeAgainAroundColumnsThatTheyRead) {
  Schema from = schemaOf(tracks());
  from.views = {{"loud", {}, "SELECT title FROM quiet"}, {"quiet", {}, "SELECT title FROM tracks"}};
  Schema to = from;
  to.tables[0].columns[1].type.length = 20;
  const Diff difference = diff(from, to);
  ASSERT_EQ(difference.changes.size(), 5u);
  EXPECT_EQ(std::get<DropView>(difference.changes[0]).name, "loud");
  EXPECT_EQ(std::get<DropView>(difference.changes[1]).name, "quiet");
  EXPECT_TRUE(std::holds_alternative<AlterColumn>(difference.changes[2]));
  EXPECT_EQ(std::get<CreateView>(difference.changes[3]).view.name, "quiet");
  EXPECT_EQ(std::get<CreateView>(difference.changes[4]).view.name, "loud");
}

TEST(SchemaDiff, EntitiesSayNothingOfDefaultsLengthsAndViews) {
  Schema live = schemaOf(tracks());
  live.views = {{"loud", {}, "SELECT 1"}};
  Table& table = live.tables[0];
  table.columns[1].type.length = 20;
  table.columns[1].strict = false;
  table.columns[1].defaultValue = Default{Default::Kind::literal, std::string("none"), {}};
  table.checks = {{"ck", "title <> ''"}};
  table.indexes = {{"ux", {{"title", {}, false, {}}}, true, {}},
                   {"partial", {{"title", {}, false, {}}}, false, "title > 'a'"}};
  Table wanted = tracks();
  wanted.uniqueKeys = {{"uq_tracks_title", {"title"}}};
  const DiffOptions options{DiffScope::entities, {}};
  EXPECT_EQ(diff(live, schemaOf(wanted), options).toText(), "");

  wanted.columns[1].nullable = true;
  const Diff difference = diff(live, schemaOf(wanted), options);
  EXPECT_EQ(difference.toText(), "column tracks.title: NOT NULL, wanted NULL allowed\n");
  ASSERT_EQ(difference.changes.size(), 1u);
  const auto& change = std::get<AlterColumn>(difference.changes[0]);
  EXPECT_TRUE(change.column.defaultValue.has_value()) << "what it does not say stays";
  EXPECT_EQ(change.column.type.length, 20);
}

TEST(SchemaDiff, RisksAreTold) {
  const Schema before = schemaOf(tracks());
  EXPECT_TRUE(riskOf(DropTable{"tracks"}, before)->loses);
  EXPECT_TRUE(riskOf(DropColumn{"tracks", "title"}, before)->loses);
  EXPECT_FALSE(riskOf(AddColumn{"tracks", column("year", ColumnType::integer, true)}, before));
  EXPECT_EQ(riskOf(AddColumn{"tracks", column("year", ColumnType::integer)}, before)->text,
            "fails where tracks has rows: year is NOT NULL and has no default");
  Column shorter = column("title", ColumnType::text);
  shorter.type.length = 5;
  EXPECT_EQ(riskOf(AlterColumn{"tracks", shorter, {}}, before)->text,
            "fails where a value of tracks.title is no text(5)");
}

}  // namespace
}  // namespace repot::schema
