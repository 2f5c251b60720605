// The program behind docs/library.md: what it shows is taken from here. Usage: guide URL
#include <repot/backends.hpp>
#include <repot/describe.hpp>
#include <repot/repot.hpp>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace repot;

struct Track;

struct Artist {
  std::int64_t id = 0;
  std::string name;
  std::vector<Track> tracks;
};

enum class Format { mp3, flac };
BOOST_DESCRIBE_ENUM(Format, mp3, flac)

struct Track {
  std::int64_t id = 0;
  std::string title;
  std::int64_t artistId = 0;
  std::int64_t durationMs = 0;
  std::optional<std::string> isrc;
  Format format = Format::mp3;
  std::int64_t version = 0;
  std::shared_ptr<Artist> artist;
};
BOOST_DESCRIBE_STRUCT(Track, (), (id, title, artistId, durationMs, isrc, format, version, artist))

template <>
struct repot::Mapping<Artist> {
  static EntityMap<Artist> map() {
    return EntityMap<Artist>("artists")
        .generatedKey("id", &Artist::id)
        .unique("name", &Artist::name);
  }
};

template <>
struct repot::Mapping<Track> {
  static EntityMap<Track> map() {
    return described<Track>("tracks", Roles<Track>()
                                          .generatedKey(&Track::id)
                                          .unique(&Track::isrc)
                                          .version(&Track::version)
                                          .unmapped(&Track::artist))
        .references(&Track::artistId, "artists", "id", OnDelete::cascade)
        .index(&Track::artistId, &Track::title);
  }
};

const auto trackArtist = belongsTo(&Track::artist, &Track::artistId, &Artist::id);
const auto artistTracks = hasMany(&Artist::tracks, &Artist::id, &Track::artistId);

namespace {

void fill(Database& database) {
  database.write([](UnitOfWork& work) {
    Artist artist{0, "Björk", {}};
    Repository<Artist>(work).add(artist);  // artist.id is the new key
    std::vector<Track> tracks{
        {0, "Jóga", artist.id, 305000, "GBAAA9700001", Format::flac, 0, nullptr},
        {0, "Hunter", artist.id, 254000, {}, Format::mp3, 0, nullptr},
        {0, "100% Pluto", artist.id, 199000, {}, Format::mp3, 0, nullptr}};
    Repository<Track>(work).addAll(tracks);  // COPY on PostgreSQL
  });
}

void change(Database& database) {
  database.write([](UnitOfWork& work) {
    Repository<Track> tracks(work);
    Track track = *tracks.findOne(where(&Track::title) == "Hunter");
    track.format = Format::flac;
    tracks.update(track);  // Error(conflict) if somebody else changed it since
    tracks.updateWhere(where(&Track::format) == Format::mp3, increase(&Track::durationMs, 500));
    Track same{0,      "Jóga (remaster)", track.artistId, 305500, "GBAAA9700001", Format::flac, 0,
               nullptr};
    tracks.upsert(same, &Track::isrc);  // writes over the row with this ISRC
  });
}

void show(Database& database) {
  database.read([](UnitOfWork& work) {
    Repository<Track> tracks(work);
    const auto found = tracks.find(where(&Track::title).contains("JÓGA", Case::ignored) ||
                                       where(&Track::durationMs).between(0, 200000),
                                   Selection<Track>().orderBy(&Track::title), trackArtist);
    for (const Track& track : found)
      std::printf("%s by %s\n", track.title.c_str(), track.artist->name.c_str());

    const auto totals =
        Query(work)
            .from<Artist>()
            .leftJoin(&Artist::id, &Track::artistId)
            .groupBy(&Artist::name)
            .select(column(&Artist::name), count(&Track::id), sum(&Track::durationMs));
    for (const auto& [name, number, duration] : totals)
      std::printf("%s: %d tracks, %d ms\n", name.c_str(), static_cast<int>(number),
                  static_cast<int>(duration.value_or(0)));

    Selection<Track> order;
    order.orderBy(&Track::durationMs, true).limit(2);
    auto page = tracks.page(order);
    std::printf("longest: %s\n", page.rows.front().title.c_str());
    page = tracks.page(order, page.next);
    std::printf("shortest: %s\n", page.rows.back().title.c_str());

    for (const auto& [title] : select<std::string>(
             work, "SELECT title FROM tracks WHERE length(title) < $1 ORDER BY title", 8))
      std::printf("short title: %s\n", title.c_str());
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: guide URL\n"), 2;
  registerBackends();
  try {
    DatabaseOptions options;
    options.retry.initialDelay = std::chrono::milliseconds(50);
    options.observer =
        std::make_shared<StatementLog>(std::chrono::milliseconds(250), [](std::string_view line) {
          std::fprintf(stderr, "%.*s\n", int(line.size()), line.data());
        });
    Database database = Database::open(argv[1], options);
    database.createTables<Artist, Track>();
    fill(database);
    change(database);
    show(database);
    try {
      database.write([](UnitOfWork& work) { execute(work, "UPDATE tracks SET title = title"); },
                     {.timeout = std::chrono::seconds(5), .user = "user-17"});
      database.write([](UnitOfWork& work) { Repository<Artist>(work).add({0, "Björk", {}}); });
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::unique) throw;
      std::printf("there is a Björk already\n");
    }
    const std::string position = database.position();
    // … in another process
    database.read([](UnitOfWork& work) { return Repository<Track>(work).count(); },
                  {.after = position});
    std::printf("%d commits\n", static_cast<int>(database.statistics().commits));
  } catch (const Error& error) {
    return std::fprintf(stderr, "guide: %s\n", error.what()), 1;
  }
}
