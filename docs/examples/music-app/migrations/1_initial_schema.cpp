// The catalogue, playlists and downloads.
#include "migrations/migrations.hpp"

namespace music {

using repot::ColumnType;
using repot::schema::Action;
using repot::schema::Changes;
using repot::schema::TableBuilder;

namespace {

void timestamps(TableBuilder& table) {
  table.column("created_at", ColumnType::timestamp).column("updated_at", ColumnType::timestamp);
}

void artists(TableBuilder& table) {
  table.column("id", ColumnType::text, 36)
      .column("name", ColumnType::text, 255)
      .column("spotify_uri", ColumnType::text, 255)
      .nullable()
      .column("musicbrainz_id", ColumnType::text, 36)
      .nullable();
  timestamps(table);
  table.primaryKey({"id"})
      .index({"name"})
      .index({"spotify_uri"}, {}, true)
      .index({"musicbrainz_id"}, {}, true);
}

void playlists(TableBuilder& table) {
  table.column("id", ColumnType::text, 36)
      .column("name", ColumnType::text, 255)
      .column("description", ColumnType::text)
      .nullable()
      .column("source", ColumnType::text, 50)
      .column("spotify_uri", ColumnType::text, 255)
      .nullable();
  timestamps(table);
  table.primaryKey({"id"}).index({"name"}).index({"spotify_uri"}, {}, true);
}

void albums(TableBuilder& table) {
  table.column("id", ColumnType::text, 36)
      .column("title", ColumnType::text, 255)
      .column("artist_id", ColumnType::text, 36)
      .references("artists", "id", Action::cascade)
      .column("release_year", ColumnType::integer)
      .nullable()
      .column("spotify_uri", ColumnType::text, 255)
      .nullable()
      .column("musicbrainz_id", ColumnType::text, 36)
      .nullable()
      .column("artwork_path", ColumnType::text, 512)
      .nullable();
  timestamps(table);
  table.primaryKey({"id"})
      .index({"title"})
      .index({"title", "artist_id"}, "ix_albums_title_artist")
      .index({"release_year"})
      .index({"spotify_uri"}, {}, true)
      .index({"musicbrainz_id"}, {}, true);
}

void tracks(TableBuilder& table) {
  table.column("id", ColumnType::text, 36)
      .column("title", ColumnType::text, 255)
      .column("artist_id", ColumnType::text, 36)
      .references("artists", "id", Action::cascade)
      .column("album_id", ColumnType::text, 36)
      .nullable()
      .references("albums", "id", Action::setNull)
      .column("duration_ms", ColumnType::integer)
      .column("track_number", ColumnType::integer)
      .nullable()
      .column("disc_number", ColumnType::integer)
      .column("spotify_uri", ColumnType::text, 255)
      .nullable()
      .column("musicbrainz_id", ColumnType::text, 36)
      .nullable()
      .column("isrc", ColumnType::text, 12)
      .nullable()
      .column("file_path", ColumnType::text, 512)
      .nullable();
  timestamps(table);
  table.primaryKey({"id"})
      .check("duration_ms >= 0", "ck_tracks_duration_ms")
      .index({"title"})
      .index({"title", "artist_id"}, "ix_tracks_title_artist")
      .index({"spotify_uri"}, {}, true)
      .index({"musicbrainz_id"}, {}, true)
      .index({"isrc"}, {}, true);
}

void downloads(TableBuilder& table) {
  table.column("id", ColumnType::text, 36)
      .column("track_id", ColumnType::text, 36)
      .references("tracks", "id", Action::cascade)
      .column("status", ColumnType::text, 50)
      .column("target_path", ColumnType::text, 512)
      .nullable()
      .column("source_url", ColumnType::text, 512)
      .nullable()
      .column("progress_percent", ColumnType::real)
      .column("error_message", ColumnType::text)
      .nullable()
      .column("started_at", ColumnType::timestamp)
      .nullable()
      .column("completed_at", ColumnType::timestamp)
      .nullable();
  timestamps(table);
  table.primaryKey({"id"})
      .index({"track_id"}, {}, true)
      .index({"status"})
      .index({"status", "created_at"}, "ix_downloads_status_created");
}

void playlistTracks(TableBuilder& table) {
  table.column("playlist_id", ColumnType::text, 36)
      .references("playlists", "id", Action::cascade)
      .column("track_id", ColumnType::text, 36)
      .references("tracks", "id", Action::cascade)
      .column("position", ColumnType::integer)
      .column("added_at", ColumnType::timestamp)
      .primaryKey({"playlist_id", "track_id"})
      .index({"playlist_id", "position"}, "ix_playlist_tracks_position");
}

void up(Changes& changes) {
  changes.createTable("artists", artists)
      .createTable("playlists", playlists)
      .createTable("albums", albums)
      .createTable("tracks", tracks)
      .createTable("downloads", downloads)
      .createTable("playlist_tracks", playlistTracks);
}

void down(Changes& changes) {
  for (const char* table :
       {"playlist_tracks", "downloads", "tracks", "albums", "playlists", "artists"})
    changes.dropTable(table);
}

}  // namespace

repot::schema::Migration initialSchema() {
  return {"259d78cbdfef", "Catalogue, playlists and downloads", {}, up, down};
}

}  // namespace music
