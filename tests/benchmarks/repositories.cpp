// Repot and its peers at the same tasks on the same tables, in one run.
#include "peers.hpp"

#include <repot/backends.hpp>
#include <repot/metrics.hpp>
#include <repot/repot.hpp>

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>

namespace bench {

struct TrackOf : Track {};
struct ArtistRow {
  std::int64_t id = 0;
  std::string name;
  std::vector<TrackOf> tracks;
};

}  // namespace bench

namespace repot {

template <typename T>
EntityMap<T> trackMap(const char* table) {
  return EntityMap<T>(table)
      .key("id", static_cast<std::int64_t T::*>(&T::id))
      .field("title", static_cast<std::string T::*>(&T::title))
      .field("artist_id", static_cast<std::int64_t T::*>(&T::artistId))
      .field("duration_ms", static_cast<std::int64_t T::*>(&T::durationMs))
      .field("year", static_cast<std::optional<std::int64_t> T::*>(&T::year));
}
template <>
struct Mapping<bench::Track> {
  static EntityMap<bench::Track> map() { return trackMap<bench::Track>("tracks"); }
};
template <>
struct Mapping<bench::BulkTrack> {
  static EntityMap<bench::BulkTrack> map() { return trackMap<bench::BulkTrack>("bulk"); }
};
template <>
struct Mapping<bench::TrackOf> {
  static EntityMap<bench::TrackOf> map() { return trackMap<bench::TrackOf>("tracks_of"); }
};
template <>
struct Mapping<bench::ArtistRow> {
  static EntityMap<bench::ArtistRow> map() {
    return EntityMap<bench::ArtistRow>("artists")
        .key("id", &bench::ArtistRow::id)
        .field("name", &bench::ArtistRow::name);
  }
};

}  // namespace repot

namespace bench {
namespace {

using namespace repot;

class WithRepot final : public Contender {
 public:
  explicit WithRepot(Database database) : database_(std::move(database)) {}

  Track readOne(std::int64_t id) override {
    return database_.read([&](UnitOfWork& work) { return *Repository<Track>(work).get(id); });
  }
  void writeOne(const Track& track) override {
    database_.write([&](UnitOfWork& work) { Repository<Track>(work).update(track); });
  }
  void insertMany(std::vector<BulkTrack>& tracks) override {
    database_.write([&](UnitOfWork& work) { Repository<BulkTrack>(work).addAll(tracks); });
  }
  std::vector<Track> readAll() override {
    return database_.read([](UnitOfWork& work) { return Repository<Track>(work).findAll(); });
  }
  std::vector<Artist> readArtists() override {
    static const auto relation = hasMany(&ArtistRow::tracks, &ArtistRow::id,
                                         static_cast<std::int64_t TrackOf::*>(&TrackOf::artistId));
    const auto rows = database_.read(
        [](UnitOfWork& work) { return Repository<ArtistRow>(work).findAll({}, relation); });
    std::vector<Artist> found(rows.size());  // Only their number is looked at.
    found[0].tracks.resize(rows[0].tracks.size());
    return found;
  }

 private:
  Database database_;
};

/// Those of a run before are used again.
void createTables(Database& database) {
  bool there = false;
  if (database.backend().hasServer()) {
    database.read([&](UnitOfWork& work) {
      work.query("SELECT to_regclass('tracks') IS NOT NULL", {}, {ColumnType::boolean},
                 [&](std::vector<Value>& row) { there = std::get<bool>(row[0]); });
    });
  }
  if (there) return;
  database.createTables<Track, BulkTrack, TrackOf, ArtistRow>();
  database.write([](UnitOfWork& work) {
    std::vector<Track> tracks;
    for (std::int64_t id = 1; id <= scanRows; ++id)
      tracks.push_back(makeTrack(id));
    Repository<Track>(work).addAll(tracks);
    std::vector<TrackOf> of(static_cast<std::size_t>(artists * 10));
    for (std::size_t i = 0; i < of.size(); ++i)
      static_cast<Track&>(of[i]) = makeTrack(static_cast<std::int64_t>(i + 1));
    Repository<TrackOf>(work).addAll(of);
    std::vector<ArtistRow> rows;
    for (std::int64_t id = 1; id <= artists; ++id)
      rows.push_back({id, "Artist " + std::to_string(id), {}});
    Repository<ArtistRow>(work).addAll(rows);
    work.executeScript("CREATE INDEX tracks_of_artist ON tracks_of (artist_id)");
  });
}

void registerTasks(const std::string& name, Contender& contender, Database& database) {
  const auto add = [&](const char* task, std::function<void(benchmark::State&)> run) {
    benchmark::RegisterBenchmark((std::string(task) + '/' + name).c_str(), std::move(run))
        ->UseRealTime();
  };
  add("point_read", [&contender](benchmark::State& state) {
    std::int64_t id = 1;
    for (auto _ : state)
      benchmark::DoNotOptimize(contender.readOne(id = id * 7919 % scanRows + 1));
  });
  add("point_write", [&contender](benchmark::State& state) {
    std::int64_t id = 1;
    for (auto _ : state)
      contender.writeOne(makeTrack(id = id * 7919 % scanRows + 1));
  });
  add("bulk_insert", [&contender, &database](benchmark::State& state) {
    std::vector<BulkTrack> tracks(bulkRows);
    for (std::size_t i = 0; i < tracks.size(); ++i)
      static_cast<Track&>(tracks[i]) = makeTrack(static_cast<std::int64_t>(i + 1));
    for (auto _ : state) {
      state.PauseTiming();
      database.write([](UnitOfWork& work) { work.execute("DELETE FROM bulk"); });
      state.ResumeTiming();
      contender.insertMany(tracks);
    }
  });
  add("scan_100k", [&contender](benchmark::State& state) {
    for (auto _ : state) {
      if (contender.readAll().size() != scanRows) state.SkipWithError("wrong number of rows");
    }
  });
  add("relation", [&contender](benchmark::State& state) {
    for (auto _ : state) {
      const auto found = contender.readArtists();
      if (found.size() != artists || found[0].tracks.size() != 10)
        state.SkipWithError("wrong number of rows");
    }
  });
}

repot::Database watched(const repot::DatabaseUrl& url) {
  repot::DatabaseOptions options;
  options.observer = std::make_shared<repot::Metrics>();
  return repot::Database::open(url, options);
}

/// `--reads sqlite|postgresql plain|watched N`: N point reads and nothing else, for what counts
/// instructions.
int countReads(const repot::Database& database, const std::string& kind, std::int64_t reads) {
  WithRepot contender(kind == "watched" ? watched(database.url()) : database);
  std::int64_t id = 1;
  for (std::int64_t i = 0; i < reads; ++i)
    benchmark::DoNotOptimize(contender.readOne(id = id * 7919 % scanRows + 1));
  return 0;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  using namespace bench;
  repot::registerBackends();
  const char* server = std::getenv("REPOT_TEST_POSTGRESQL_URL");
  const auto folder =
      std::filesystem::temp_directory_path() / ("repot-benchmark-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  const std::string path = (folder / "bench.db").string();
  repot::Database sqlite =
      repot::Database::open(repot::DatabaseUrl::fromSqlitePath(path).toString());
  if (argc == 5 && std::string_view(argv[1]) == "--reads") {
    const bool onServer = std::string_view(argv[2]) == "postgresql";
    if (onServer && server == nullptr) return 77;
    repot::Database database = onServer ? repot::Database::open(server) : sqlite;
    createTables(database);
    const int code = countReads(database, argv[3], std::atoll(argv[4]));
    std::filesystem::remove_all(folder);
    return code;
  }
  benchmark::Initialize(&argc, argv);
  createTables(sqlite);
  WithRepot sqliteRepot(sqlite);
  const auto sqliteRaw = rawSqlite(path);
  const auto sqliteSoci = plainSoci("sqlite3", "dbname=" + path + " timeout=30");
  registerTasks("sqlite/raw", *sqliteRaw, sqlite);
  registerTasks("sqlite/repot", sqliteRepot, sqlite);
  registerTasks("sqlite/soci", *sqliteSoci, sqlite);
  repot::Database sqliteObserved = watched(sqlite.url());
  WithRepot sqliteWatched(sqliteObserved);
  registerTasks("sqlite/watched", sqliteWatched, sqliteObserved);

  std::optional<repot::Database> postgresql, postgresqlObserved;
  std::unique_ptr<Contender> contenders[4];
  if (server != nullptr) {
    postgresql = repot::Database::open(server);
    createTables(*postgresql);
    postgresqlObserved = watched(postgresql->url());
    contenders[0] = rawLibpq(server);
    contenders[1] = std::make_unique<WithRepot>(*postgresql);
    contenders[2] = plainSoci("postgresql", server);
    contenders[3] = std::make_unique<WithRepot>(*postgresqlObserved);
    registerTasks("postgresql/raw", *contenders[0], *postgresql);
    registerTasks("postgresql/repot", *contenders[1], *postgresql);
    registerTasks("postgresql/soci", *contenders[2], *postgresql);
    registerTasks("postgresql/watched", *contenders[3], *postgresqlObserved);
  }
  benchmark::RunSpecifiedBenchmarks();
  std::filesystem::remove_all(folder);
}
