// The tasks in SQLite's C API, written as one would for speed.
#include "peers.hpp"

#include <sqlite3.h>

#include <stdexcept>
#include <unordered_map>

namespace bench {
namespace {

class RawSqlite final : public Contender {
 public:
  explicit RawSqlite(const std::string& path) {
    check(sqlite3_open_v2(path.c_str(), &database_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                          nullptr));
    // The settings that Repot has, or the comparison would be of settings.
    for (const char* sql : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL",
                            "PRAGMA foreign_keys = ON", "PRAGMA cell_size_check = ON"})
      check(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr));
    sqlite3_busy_timeout(database_, 30000);
    begin_ = prepare("BEGIN");
    beginImmediate_ = prepare("BEGIN IMMEDIATE");
    commit_ = prepare("COMMIT");
    readOne_ = prepare("SELECT id, title, artist_id, duration_ms, year FROM tracks WHERE id = ?");
    writeOne_ = prepare(
        "UPDATE tracks SET title = ?, artist_id = ?, duration_ms = ?, year = ? WHERE id = ?");
    insert_ =
        prepare("INSERT INTO bulk (id, title, artist_id, duration_ms, year) VALUES (?,?,?,?,?)");
    readAll_ = prepare("SELECT id, title, artist_id, duration_ms, year FROM tracks");
    artists_ = prepare("SELECT id, name FROM artists");
    tracksOf_ = prepare(
        "SELECT id, title, artist_id, duration_ms, year FROM tracks_of WHERE artist_id <= ?");
  }
  ~RawSqlite() override {
    for (sqlite3_stmt* statement : statements_)
      sqlite3_finalize(statement);
    sqlite3_close(database_);
  }

  Track readOne(std::int64_t id) override {
    run(begin_);
    sqlite3_bind_int64(readOne_, 1, id);
    if (sqlite3_step(readOne_) != SQLITE_ROW) throw std::runtime_error("no row");
    Track track = read(readOne_);
    sqlite3_reset(readOne_);
    run(commit_);
    return track;
  }
  void writeOne(const Track& track) override {
    run(beginImmediate_);
    sqlite3_bind_text(writeOne_, 1, track.title.data(), static_cast<int>(track.title.size()),
                      SQLITE_STATIC);
    sqlite3_bind_int64(writeOne_, 2, track.artistId);
    sqlite3_bind_int64(writeOne_, 3, track.durationMs);
    track.year ? sqlite3_bind_int64(writeOne_, 4, *track.year) : sqlite3_bind_null(writeOne_, 4);
    sqlite3_bind_int64(writeOne_, 5, track.id);
    run(writeOne_);
    run(commit_);
  }
  void insertMany(std::vector<BulkTrack>& tracks) override {
    run(beginImmediate_);
    for (const Track& track : tracks) {
      sqlite3_bind_int64(insert_, 1, track.id);
      sqlite3_bind_text(insert_, 2, track.title.data(), static_cast<int>(track.title.size()),
                        SQLITE_STATIC);
      sqlite3_bind_int64(insert_, 3, track.artistId);
      sqlite3_bind_int64(insert_, 4, track.durationMs);
      track.year ? sqlite3_bind_int64(insert_, 5, *track.year) : sqlite3_bind_null(insert_, 5);
      run(insert_);
    }
    run(commit_);
  }
  std::vector<Track> readAll() override {
    run(begin_);
    std::vector<Track> tracks;
    while (sqlite3_step(readAll_) == SQLITE_ROW)
      tracks.push_back(read(readAll_));
    sqlite3_reset(readAll_);
    run(commit_);
    return tracks;
  }
  std::vector<Artist> readArtists() override {
    run(begin_);
    std::vector<Artist> found;
    std::unordered_map<std::int64_t, std::size_t> places;
    while (sqlite3_step(artists_) == SQLITE_ROW) {
      places[sqlite3_column_int64(artists_, 0)] = found.size();
      found.push_back({sqlite3_column_int64(artists_, 0), text(artists_, 1), {}});
    }
    sqlite3_reset(artists_);
    sqlite3_bind_int64(tracksOf_, 1, artists);
    while (sqlite3_step(tracksOf_) == SQLITE_ROW) {
      Track track = read(tracksOf_);
      found[places[track.artistId]].tracks.push_back(std::move(track));
    }
    sqlite3_reset(tracksOf_);
    run(commit_);
    return found;
  }

 private:
  void check(int code) {
    if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(database_));
  }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
    statements_.push_back(statement);
    return statement;
  }
  void run(sqlite3_stmt* statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(database_));
    sqlite3_reset(statement);
  }
  static std::string text(sqlite3_stmt* statement, int column) {
    return std::string(reinterpret_cast<const char*>(sqlite3_column_text(statement, column)),
                       static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
  }
  static Track read(sqlite3_stmt* statement) {
    Track track{sqlite3_column_int64(statement, 0),
                text(statement, 1),
                sqlite3_column_int64(statement, 2),
                sqlite3_column_int64(statement, 3),
                {}};
    if (sqlite3_column_type(statement, 4) != SQLITE_NULL)
      track.year = sqlite3_column_int64(statement, 4);
    return track;
  }

  sqlite3* database_ = nullptr;
  std::vector<sqlite3_stmt*> statements_;
  sqlite3_stmt *begin_, *beginImmediate_, *commit_, *readOne_, *writeOne_, *insert_, *readAll_,
      *artists_, *tracksOf_;
};

}  // namespace

std::unique_ptr<Contender> rawSqlite(const std::string& path) {
  return std::make_unique<RawSqlite>(path);
}

}  // namespace bench
