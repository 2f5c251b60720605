// What is known of the files, the scans that find it out, and files that are there more than once.
#include "migrations/columns.hpp"
#include "migrations/migrations.hpp"

namespace music {

using repot::ColumnType;
using repot::schema::Action;
using repot::schema::Changes;
using repot::schema::TableBuilder;

namespace {

void libraryScans(TableBuilder& table) {
  table.column("id", ColumnType::text, 36)
      .column("status", ColumnType::text, 50)
      .column("scan_path", ColumnType::text, 512);
  for (const char* counter : {"total_files", "scanned_files", "new_files", "updated_files",
                              "broken_files", "duplicate_files"})
    table.column(counter, ColumnType::integer).defaultTo(std::int64_t{0});
  table.column("error_message", ColumnType::text)
      .nullable()
      .column("started_at", ColumnType::timestamp)
      .column("completed_at", ColumnType::timestamp)
      .nullable()
      .column("created_at", ColumnType::timestamp)
      .column("updated_at", ColumnType::timestamp)
      .primaryKey({"id"})
      .index({"status"})
      .index({"started_at"});
}

void fileDuplicates(TableBuilder& table) {
  table.column("id", ColumnType::text, 36)
      .column("file_hash", ColumnType::text, 64)
      .column("file_hash_algorithm", ColumnType::text, 20)
      .column("primary_track_id", ColumnType::text, 36)
      .nullable()
      .references("tracks", "id", Action::cascade)
      .column("duplicate_count", ColumnType::integer)
      .defaultTo(std::int64_t{1})
      .column("total_size_bytes", ColumnType::integer)
      .defaultTo(std::int64_t{0})
      .column("resolved", ColumnType::boolean)
      .defaultTo(false)
      .column("created_at", ColumnType::timestamp)
      .column("updated_at", ColumnType::timestamp)
      .primaryKey({"id"})
      .index({"file_hash"}, "ix_file_duplicates_hash")
      .index({"resolved"});
}

void up(Changes& changes) {
  changes.addColumn("tracks", nullableColumn("file_size", ColumnType::integer))
      .addColumn("tracks", nullableColumn("file_hash", ColumnType::text, 64))
      .addColumn("tracks", nullableColumn("file_hash_algorithm", ColumnType::text, 20))
      .addColumn("tracks", nullableColumn("last_scanned_at", ColumnType::timestamp))
      .addColumn("tracks", columnWithDefault("is_broken", ColumnType::boolean, false))
      .addColumn("tracks", nullableColumn("audio_bitrate", ColumnType::integer))
      .addColumn("tracks", nullableColumn("audio_format", ColumnType::text, 20))
      .addColumn("tracks", nullableColumn("audio_sample_rate", ColumnType::integer))
      .createIndex("tracks", {"file_hash"})
      .createIndex("tracks", {"is_broken"})
      .createTable("library_scans", libraryScans)
      .createTable("file_duplicates", fileDuplicates);
}

void down(Changes& changes) {
  changes.dropTable("file_duplicates")
      .dropTable("library_scans")
      .dropIndex("tracks", "ix_tracks_is_broken")
      .dropIndex("tracks", "ix_tracks_file_hash");
  for (const char* column : {"audio_sample_rate", "audio_format", "audio_bitrate", "is_broken",
                             "last_scanned_at", "file_hash_algorithm", "file_hash", "file_size"})
    changes.dropColumn("tracks", column);
}

}  // namespace

repot::schema::Migration libraryManagement() {
  return {"aa15670cdf15", "Files, scans and duplicates", {"46d1c2c2f85b"}, up, down};
}

}  // namespace music
