// Two schemas with as many kinds of differences as there are, for a migration that is generated,
// compiled and run.
#pragma once

#include <repot/schema/model.hpp>

namespace repot::schema {

inline Column sampleColumn(std::string name, ColumnType type, bool nullable = false) {
  Column column;
  column.name = std::move(name);
  column.type.kind = type;
  column.nullable = nullable;
  return column;
}

inline Schema sampleBefore() {
  Schema schema;
  Table& tracks = schema.tables.emplace_back();
  tracks.name = "tracks";
  tracks.columns = {sampleColumn("id", ColumnType::integer),
                    sampleColumn("title", ColumnType::text),
                    sampleColumn("old \"name\"", ColumnType::text, true)};
  tracks.columns[1].strict = false;
  tracks.columns[2].type.native = "STRING";
  tracks.primaryKey = {"pk_tracks", {"id"}};
  tracks.checks = {{"ck_title", "title <> 'a\"b\\?'"}};
  Table& plays = schema.tables.emplace_back();
  plays.name = "plays";
  plays.columns = {sampleColumn("id", ColumnType::text)};
  plays.columns[0].defaultValue = Default{Default::Kind::literal, std::string("a\nb\1"), {}};
  plays.primaryKey = {"pk_plays", {"id"}};
  schema.views = {{"loud", {"title"}, "SELECT title FROM tracks"}};
  schema.triggers = {
      {"tr", "plays", "CREATE TRIGGER tr AFTER INSERT ON plays BEGIN SELECT 1; END"}};
  return schema;
}

inline Schema sampleAfter() {
  Schema schema;
  Table& tracks = schema.tables.emplace_back();
  tracks.name = "tracks";
  tracks.columns = {sampleColumn("id", ColumnType::integer),
                    sampleColumn("title", ColumnType::text),
                    sampleColumn("price", ColumnType::decimal, true),
                    sampleColumn("added", ColumnType::timestamp),
                    sampleColumn("half", ColumnType::real, true),
                    sampleColumn("twice", ColumnType::integer, true)};
  tracks.columns[1].type.length = 40;
  tracks.columns[2].type = {ColumnType::decimal, 10, 2, {}};
  tracks.columns[2].defaultValue = Default{Default::Kind::literal, Decimal{"1.50"}, {}};
  tracks.columns[3].defaultValue = Default{Default::Kind::currentTimestamp, {}, {}};
  tracks.columns[4].defaultValue =
      Default{Default::Kind::expression, {}, Sql::each("abs(-0.5)", "abs(-0.5::float8)")};
  tracks.columns[5].generated = Generated{"id * 2", true};
  tracks.primaryKey = {"pk_tracks", {"id"}};
  tracks.uniqueKeys = {{"uq_title", {"title"}}};
  tracks.checks = {{"ck_title", "title <> ''"}};
  tracks.indexes = {{"ix_title",
                     {{"title", {}, true, {}}, {"", "lower(title)", false, {}}},
                     false,
                     "title IS NOT NULL"}};
  Table& albums = schema.tables.emplace_back();
  albums.name = "albums";
  albums.columns = {sampleColumn("id", ColumnType::integer),
                    sampleColumn("track_id", ColumnType::integer, true),
                    sampleColumn("is_live", ColumnType::boolean)};
  albums.columns[0].identity = true;
  albums.columns[2].defaultValue = Default{Default::Kind::literal, true, {}};
  albums.primaryKey = {"pk_albums", {"id"}};
  albums.foreignKeys = {{"fk_albums_track_id",
                         {"track_id"},
                         "tracks",
                         {"id"},
                         Action::cascade,
                         Action::restrict,
                         true}};
  schema.views = {{"loud", {}, "SELECT title FROM tracks WHERE price > 1"}};
  return schema;
}

}  // namespace repot::schema
