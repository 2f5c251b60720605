// The smallest whole application: one entity, one repository, and a URL that picks the database.
//
//     quickstart sqlite:///music.db
//     quickstart :memory:
//     quickstart postgresql://user@host/music
#include <repot/backends.hpp>
#include <repot/repot.hpp>

#include <cstdio>
#include <optional>
#include <string>

struct Track {
  std::int64_t id = 0;
  std::string title;
  std::int64_t durationMs = 0;
  std::optional<std::int64_t> year;
};

template <>
struct repot::Mapping<Track> {
  static EntityMap<Track> map() {
    return EntityMap<Track>("quickstart_tracks")
        .generatedKey("id", &Track::id)
        .unique("title", &Track::title)
        .field("duration_ms", &Track::durationMs)
        .field("year", &Track::year);
  }
};

namespace {

void addTracks(repot::UnitOfWork& work) {
  repot::Repository<Track> tracks(work);
  if (tracks.count() > 0) return;
  tracks.add(Track{0, "Prelude", 61'000, 1998});
  tracks.add(Track{0, "Allegro", 242'000, std::nullopt});
  tracks.add(Track{0, "Finale", 305'500, 2004});
}

void run(const std::string& url) {
  repot::registerBackends();
  repot::Database database = repot::Database::open(url);
  database.createTables<Track>();
  database.write(addTracks);
  const auto longTracks = database.read([](repot::UnitOfWork& work) {
    return repot::Repository<Track>(work).find(
        repot::where(&Track::durationMs) > 100'000,
        repot::Selection<Track>().orderBy(&Track::durationMs, true));
  });
  std::printf("%s\n", database.url().toString().c_str());
  for (const Track& track : longTracks) {
    std::printf("%-10s %6.1f s  %s\n", track.title.c_str(),
                static_cast<double>(track.durationMs) / 1000,
                track.year ? std::to_string(*track.year).c_str() : "year unknown");
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s DATABASE_URL\n", argv[0]);
    return 2;
  }
  try {
    run(argv[1]);
  } catch (const repot::Error& error) {
    std::fprintf(stderr, "quickstart: %s\n", error.what());
    return 1;
  }
}
