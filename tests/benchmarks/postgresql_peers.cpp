// The tasks in libpq and in plain SOCI.
#include "peers.hpp"

#include <libpq-fe.h>
#include <soci/soci.h>

#include <charconv>
#include <stdexcept>
#include <unordered_map>

namespace bench {
namespace {

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

class RawLibpq final : public Contender {
 public:
  explicit RawLibpq(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
    if (PQstatus(connection_) != CONNECTION_OK)
      throw std::runtime_error(PQerrorMessage(connection_));
    prepare("read", "SELECT id, title, artist_id, duration_ms, year FROM tracks WHERE id = $1");
    prepare(
        "write",
        "UPDATE tracks SET title = $1, artist_id = $2, duration_ms = $3, year = $4 WHERE id = $5");
    prepare("all", "SELECT id, title, artist_id, duration_ms, year FROM tracks");
    prepare("artists", "SELECT id, name FROM artists");
    prepare("of",
            "SELECT id, title, artist_id, duration_ms, year FROM tracks_of WHERE artist_id <= $1");
  }
  ~RawLibpq() override { PQfinish(connection_); }

  Track readOne(std::int64_t id) override {
    command("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const auto result = execute("read", {std::to_string(id)});
    Track track = read(result.get(), 0);
    command("COMMIT");
    return track;
  }
  void writeOne(const Track& track) override {
    command("BEGIN");
    execute("write",
            {track.title, std::to_string(track.artistId), std::to_string(track.durationMs),
             std::to_string(track.year.value_or(0)), std::to_string(track.id)},
            track.year ? -1 : 3);
    command("COMMIT");
  }
  void insertMany(std::vector<BulkTrack>& tracks) override {
    command("BEGIN");
    Result(PQexec(connection_, "COPY bulk (id, title, artist_id, duration_ms, year) FROM STDIN"),
           &PQclear);
    std::string buffer;
    for (const Track& track : tracks) {
      // The titles hold nothing that would have to be escaped.
      buffer += std::to_string(track.id) + '\t' + track.title + '\t' +
                std::to_string(track.artistId) + '\t' + std::to_string(track.durationMs) + '\t' +
                (track.year ? std::to_string(*track.year) : "\\N") + '\n';
    }
    PQputCopyData(connection_, buffer.data(), static_cast<int>(buffer.size()));
    PQputCopyEnd(connection_, nullptr);
    while (Result result{PQgetResult(connection_), &PQclear}) {
      if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
        throw std::runtime_error(PQerrorMessage(connection_));
    }
    command("COMMIT");
  }
  std::vector<Track> readAll() override {
    command("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const auto result = execute("all", {});
    std::vector<Track> tracks;
    for (int row = 0; row < PQntuples(result.get()); ++row)
      tracks.push_back(read(result.get(), row));
    command("COMMIT");
    return tracks;
  }
  std::vector<Artist> readArtists() override {
    command("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    std::vector<Artist> found;
    std::unordered_map<std::int64_t, std::size_t> places;
    const auto result = execute("artists", {});
    for (int row = 0; row < PQntuples(result.get()); ++row) {
      places[number(result.get(), row, 0)] = found.size();
      found.push_back({number(result.get(), row, 0), PQgetvalue(result.get(), row, 1), {}});
    }
    const auto tracks = execute("of", {std::to_string(artists)});
    for (int row = 0; row < PQntuples(tracks.get()); ++row) {
      Track track = read(tracks.get(), row);
      found[places[track.artistId]].tracks.push_back(std::move(track));
    }
    command("COMMIT");
    return found;
  }

 private:
  void prepare(const char* name, const char* sql) {
    const Result result(PQprepare(connection_, name, sql, 0, nullptr), &PQclear);
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
      throw std::runtime_error(PQerrorMessage(connection_));
  }
  void command(const char* sql) {
    const Result result(PQexec(connection_, sql), &PQclear);
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
      throw std::runtime_error(PQerrorMessage(connection_));
  }
  Result execute(const char* name, const std::vector<std::string>& values, int null = -1) {
    std::vector<const char*> pointers;
    for (const std::string& value : values)
      pointers.push_back(value.c_str());
    if (null >= 0) pointers[static_cast<std::size_t>(null)] = nullptr;
    Result result(PQexecPrepared(connection_, name, static_cast<int>(values.size()),
                                 pointers.data(), nullptr, nullptr, 0),
                  &PQclear);
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
      throw std::runtime_error(PQerrorMessage(connection_));
    return result;
  }
  static std::int64_t number(const PGresult* result, int row, int column) {
    const char* const text = PQgetvalue(result, row, column);
    std::int64_t value = 0;
    std::from_chars(text, text + PQgetlength(result, row, column), value);
    return value;
  }
  static Track read(const PGresult* result, int row) {
    Track track{number(result, row, 0),
                std::string(PQgetvalue(result, row, 1),
                            static_cast<std::size_t>(PQgetlength(result, row, 1))),
                number(result, row, 2),
                number(result, row, 3),
                {}};
    if (PQgetisnull(result, row, 4) == 0) track.year = number(result, row, 4);
    return track;
  }

  PGconn* const connection_;
};

/// As SOCI's manual shows it: prepared once, `use` and `into` by hand, vectors for many rows.
class PlainSoci final : public Contender {
 public:
  PlainSoci(const std::string& backend, const std::string& connection)
      : session_(backend, connection),
        read_((session_.prepare
                   << "SELECT id, title, artist_id, duration_ms, year FROM tracks WHERE id = :id",
               soci::into(id_), soci::into(title_), soci::into(artist_), soci::into(duration_),
               soci::into(year_, yearIndicator_), soci::use(wanted_))),
        write_((session_.prepare << "UPDATE tracks SET title = :title, artist_id = :artist, "
                                    "duration_ms = :duration, year = :year WHERE id = :id",
                soci::use(newTitle_), soci::use(artist_), soci::use(duration_),
                soci::use(year_, yearIndicator_), soci::use(wanted_))) {
    if (backend == "sqlite3") {
      session_ << "PRAGMA synchronous = NORMAL";
      session_ << "PRAGMA foreign_keys = ON";
    }
  }
  Track readOne(std::int64_t id) override {
    soci::transaction transaction(session_);
    wanted_ = id;
    read_.execute(true);
    Track track = current();
    // Left in the middle, SOCI's statement would hold SQLite's read lock for ever.
    while (read_.fetch()) {
    }
    transaction.commit();
    return track;
  }
  void writeOne(const Track& track) override {
    soci::transaction transaction(session_);
    wanted_ = track.id;
    newTitle_ = track.title;
    artist_ = track.artistId;
    duration_ = track.durationMs;
    year_ = track.year.value_or(0);
    yearIndicator_ = track.year ? soci::i_ok : soci::i_null;
    write_.execute(true);
    transaction.commit();
  }
  void insertMany(std::vector<BulkTrack>& tracks) override {
    soci::transaction transaction(session_);
    constexpr std::size_t batch = 1000;
    for (std::size_t first = 0; first < tracks.size(); first += batch) {
      const std::size_t size = std::min(batch, tracks.size() - first);
      std::vector<long long> ids(size), artistIds(size), durations(size), years(size);
      std::vector<std::string> titles(size);
      std::vector<soci::indicator> indicators(size);
      for (std::size_t i = 0; i < size; ++i) {
        const Track& track = tracks[first + i];
        ids[i] = track.id;
        titles[i] = track.title;
        artistIds[i] = track.artistId;
        durations[i] = track.durationMs;
        years[i] = track.year.value_or(0);
        indicators[i] = track.year ? soci::i_ok : soci::i_null;
      }
      session_ << "INSERT INTO bulk (id, title, artist_id, duration_ms, year) "
                  "VALUES (:i, :t, :a, :d, :y)",
          soci::use(ids), soci::use(titles), soci::use(artistIds), soci::use(durations),
          soci::use(years, indicators);
    }
    transaction.commit();
  }
  std::vector<Track> readAll() override {
    soci::transaction transaction(session_);
    std::vector<Track> tracks;
    soci::statement all =
        (session_.prepare << "SELECT id, title, artist_id, duration_ms, year FROM tracks",
         soci::into(id_), soci::into(title_), soci::into(artist_), soci::into(duration_),
         soci::into(year_, yearIndicator_));
    all.execute();
    while (all.fetch())
      tracks.push_back(current());
    transaction.commit();
    return tracks;
  }
  std::vector<Artist> readArtists() override {
    soci::transaction transaction(session_);
    std::vector<Artist> found;
    std::unordered_map<std::int64_t, std::size_t> places;
    std::string name;
    soci::statement all =
        (session_.prepare << "SELECT id, name FROM artists", soci::into(id_), soci::into(name));
    all.execute();
    while (all.fetch()) {
      places[id_] = found.size();
      found.push_back({id_, name, {}});
    }
    wanted_ = artists;
    soci::statement of =
        (session_.prepare << "SELECT id, title, artist_id, duration_ms, year FROM tracks_of "
                             "WHERE artist_id <= :most",
         soci::into(id_), soci::into(title_), soci::into(artist_), soci::into(duration_),
         soci::into(year_, yearIndicator_), soci::use(wanted_));
    of.execute();
    while (of.fetch())
      found[places[artist_]].tracks.push_back(current());
    transaction.commit();
    return found;
  }

 private:
  Track current() const {
    Track track{id_, title_, artist_, duration_, {}};
    if (yearIndicator_ == soci::i_ok) track.year = year_;
    return track;
  }

  soci::session session_;
  long long id_ = 0, artist_ = 0, duration_ = 0, year_ = 0, wanted_ = 0;
  std::string title_, newTitle_;
  soci::indicator yearIndicator_ = soci::i_ok;
  soci::statement read_, write_;
};

}  // namespace

std::unique_ptr<Contender> rawLibpq(const std::string& url) {
  return std::make_unique<RawLibpq>(url);
}
std::unique_ptr<Contender> plainSoci(const std::string& backend, const std::string& connection) {
  return std::make_unique<PlainSoci>(backend, connection);
}

}  // namespace bench
