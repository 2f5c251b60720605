// Indexes for what turned out to be asked most.
#include "migrations/migrations.hpp"

#include <string>
#include <vector>

namespace music {

using repot::schema::Changes;

namespace {

struct NewIndex {
  const char* table;
  const char* name;
  std::vector<std::string> columns;
};

const std::vector<NewIndex>& indexes() {
  static const std::vector<NewIndex> all{
      {"tracks", "ix_tracks_album_track_number", {"album_id", "track_number"}},
      {"tracks", "ix_tracks_album_disc_track", {"album_id", "disc_number", "track_number"}},
      {"albums", "ix_albums_artist_id", {"artist_id"}},
      {"tracks", "ix_tracks_updated_at", {"updated_at"}},
      {"albums", "ix_albums_updated_at", {"updated_at"}},
      {"artists", "ix_artists_updated_at", {"updated_at"}},
      {"downloads", "ix_downloads_completed_at", {"completed_at"}},
      {"tracks", "ix_tracks_file_path", {"file_path"}},
      {"downloads", "ix_downloads_status_priority", {"status", "priority"}},
      {"tracks", "ix_tracks_last_scanned_at", {"last_scanned_at"}},
      {"tracks", "ix_tracks_broken_updated", {"is_broken", "updated_at"}},
  };
  return all;
}

}  // namespace

repot::schema::Migration performanceIndexes() {
  return {"cc17880fff37",
          "Indexes for the common queries",
          {"bb16770eeg26"},
          [](Changes& changes) {
            for (const NewIndex& index : indexes())
              changes.createIndex(index.table, index.columns, index.name);
          },
          [](Changes& changes) {
            for (auto index = indexes().rbegin(); index != indexes().rend(); ++index)
              changes.dropIndex(index->table, index->name);
          }};
}

}  // namespace music
