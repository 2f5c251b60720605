// Every migration of the music library up, down and up again, with rows in the tables: the rows of
// before are the rows of after, value by value, on every backend.
#include "migrations/migrations.hpp"
#include "suite.hpp"

#include <repot/schema/migrator.hpp>
#include <repot/sql.hpp>

#include <map>

namespace conformance {
namespace {

using namespace repot;

/// By table, key and column: the value as the database spells it.
using Row = std::map<std::string, std::string>;
using Snapshot = std::map<std::string, std::map<std::string, Row>>;

const Timestamp moment = Timestamp(std::chrono::microseconds(1'700'000'000'000'006));

/// Every row of `before`, with all its columns, is in `after` as it was.
void expectKept(const Snapshot& before, const Snapshot& after) {
  for (const auto& [table, rows] : before) {
    const auto found = after.find(table);
    ASSERT_NE(found, after.end()) << table;
    EXPECT_EQ(rows.size(), found->second.size()) << table;
    for (const auto& [key, row] : rows) {
      ASSERT_TRUE(found->second.contains(key)) << table << ' ' << key;
      for (const auto& [column, value] : row) {
        EXPECT_EQ(found->second.at(key).at(column), value) << table << ' ' << key << ' ' << column;
      }
    }
  }
}

class MusicMigrationTest : public Suite {
 protected:
  schema::Migrator migrator() { return {database(), music::migrations()}; }

  std::vector<std::string> columnsOf(UnitOfWork& work, const std::string& table) {
    std::vector<std::string> columns;
    const char* const sql = isSqlite()
                                ? "SELECT name FROM pragma_table_xinfo($1)"
                                : "SELECT CAST(column_name AS text) FROM information_schema.columns"
                                  " WHERE table_schema = current_schema() AND table_name = $1";
    for (const auto& [name] : select<std::string>(work, sql, table))
      columns.push_back(name);
    return columns;
  }

  std::map<std::string, Row> rowsOf(UnitOfWork& work, const std::string& table) {
    const auto columns = columnsOf(work, table);
    if (columns.empty()) return {};
    std::string sql =
        table == "playlist_tracks" ? "SELECT playlist_id || track_id" : "SELECT CAST(id AS text)";
    for (const std::string& column : columns) {
      const std::string name = quoteIdentifier(column);
      // With the storage class on SQLite: no number may turn into a text on the way.
      sql += isSqlite() ? ", typeof(" + name + ") || ' ' || quote(" + name + ")"
                        : ", coalesce(CAST(" + name + " AS text), 'NULL')";
    }
    std::map<std::string, Row> rows;
    work.query(sql + " FROM " + table, {}, std::vector(columns.size() + 1, ColumnType::text),
               [&](std::vector<Value>& values) {
                 Row& row = rows[std::get<std::string>(values[0])];
                 for (std::size_t i = 0; i < columns.size(); ++i)
                   row[columns[i]] = std::get<std::string>(values[i + 1]);
               });
    return rows;
  }

  Snapshot snapshot() {
    return database().read([&](UnitOfWork& work) {
      Snapshot found;
      for (const char* table :
           {"artists", "playlists", "albums", "tracks", "downloads", "playlist_tracks",
            "library_scans", "file_duplicates", "artist_watchlists", "filter_rules",
            "automation_rules", "quality_upgrade_candidates", "widgets", "pages",
            "widget_instances"}) {
        auto rows = rowsOf(work, table);
        if (!rows.empty()) found[table] = std::move(rows);
      }
      return found;
    });
  }

  /// Adds rows to every table that is there, which are those of the version.
  void fill() {
    const bool managed = !snapshotOf("library_scans").empty();
    database().write([&](UnitOfWork& work) {
      fillFirst(work);
      if (managed) fillManaged(work);
    });
  }

 private:
  std::vector<std::string> snapshotOf(const std::string& table) {
    return database().read([&](UnitOfWork& work) { return columnsOf(work, table); });
  }
  static void fillFirst(UnitOfWork& work) {
    execute(work,
            "INSERT INTO artists (id, name, spotify_uri, created_at, updated_at)"
            " VALUES ($1, $2, $3, $4, $4)",
            "a", "Sigur Rós", "spotify:1", moment);
    execute(work,
            "INSERT INTO albums (id, title, artist_id, release_year, created_at, updated_at)"
            " VALUES ($1, $2, 'a', 1999, $3, $3)",
            "b", "Ágætis byrjun", moment);
    for (const char* id : {"t1", "t2"}) {
      execute(work,
              "INSERT INTO tracks (id, title, artist_id, album_id, duration_ms, disc_number,"
              " created_at, updated_at) VALUES ($1, $2, 'a', 'b', 601000, 1, $3, $3)",
              id, "O'Neill \\ 100%", moment);
      execute(work,
              "INSERT INTO downloads (id, track_id, status, progress_percent, created_at,"
              " updated_at) VALUES ($1, $2, 'waiting', 0.1, $3, $3)",
              id, id, moment);
    }
    execute(work,
            "INSERT INTO playlists (id, name, source, created_at, updated_at)"
            " VALUES ('p', '', 'manual', $1, $1)",
            moment);
    execute(work,
            "INSERT INTO playlist_tracks (playlist_id, track_id, position, added_at)"
            " VALUES ('p', 't1', 7, $1)",
            moment);
  }
  static void fillManaged(UnitOfWork& work) {
    execute(work,
            "INSERT INTO library_scans (id, status, scan_path, new_files, started_at, created_at,"
            " updated_at) VALUES ('s', 'running', '/music', 3, $1, $1, $1)",
            moment);
    execute(work,
            "INSERT INTO file_duplicates (id, file_hash, file_hash_algorithm, primary_track_id,"
            " total_size_bytes, resolved, created_at, updated_at)"
            " VALUES ('f', 'h', 'x', 't1', $1, $2, $3, $3)",
            std::int64_t{1} << 40, true, moment);
  }
};

TEST_P(MusicMigrationTest, EachGoesUpDownAndUpAgainWithRowsInTheTables) {
  std::string before = "base";
  const schema::Migrations all = music::migrations();
  for (const schema::Migration& migration : all.all()) {
    SCOPED_TRACE(migration.id);
    migrator().downgrade("base");
    if (before != "base") {
      migrator().upgrade(before);
      fill();
    }
    const Snapshot rows = snapshot();
    migrator().upgrade(migration.id);
    expectKept(rows, snapshot());
    const auto schema = migrator().status().applied.back().schema;
    migrator().downgrade(before);
    EXPECT_EQ(rows, snapshot());
    migrator().upgrade(migration.id);
    expectKept(rows, snapshot());
    EXPECT_EQ(migrator().status().applied.back().schema, schema);
    before = migration.id;
  }
}

TEST_P(MusicMigrationTest, AllTheWayUpKeepsTheRowsOfTheFirstVersion) {
  migrator().upgrade("259d78cbdfef");
  fill();
  const Snapshot rows = snapshot();
  EXPECT_EQ(migrator().upgrade().size(), 6U);
  expectKept(rows, [&] {
    Snapshot now = snapshot();
    std::erase_if(now, [&](const auto& table) { return !rows.contains(table.first); });
    return now;
  }());
  migrator().downgrade("259d78cbdfef");
  EXPECT_EQ(snapshot(), rows);
  EXPECT_TRUE(migrator().status().isClean());
}

REPOT_INSTANTIATE_CONFORMANCE(MusicMigrationTest);

}  // namespace
}  // namespace conformance
