// Bulk inserts and updates, upserts, versions, relations, described structs.
#include "suite.hpp"

#include <repot/describe.hpp>
#include <repot/observer.hpp>

#include <atomic>
#include <memory>
#include <vector>

namespace conformance {

enum class Format { mp3, flac };
BOOST_DESCRIBE_ENUM(Format, mp3, flac)

struct Song;

struct Singer {
  std::int64_t id = 0;
  std::string fullName;
  std::vector<Song> songs;
};
BOOST_DESCRIBE_STRUCT(Singer, (), (id, fullName, songs))

struct Song {
  std::int64_t id = 0;
  std::string title;
  std::optional<std::int64_t> singerId;
  Format format = Format::mp3;
  std::int64_t version = 0;
  std::shared_ptr<Singer> singer;
};
BOOST_DESCRIBE_STRUCT(Song, (), (id, title, singerId, format, version, singer))

}  // namespace conformance

template <>
struct repot::Mapping<conformance::Singer> {
  static EntityMap<conformance::Singer> map() {
    using conformance::Singer;
    return described<Singer>("singers",
                             Roles<Singer>().generatedKey(&Singer::id).unmapped(&Singer::songs));
  }
};

template <>
struct repot::Mapping<conformance::Song> {
  static EntityMap<conformance::Song> map() {
    using conformance::Song;
    return described<Song>("songs", Roles<Song>()
                                        .generatedKey(&Song::id)
                                        .unique(&Song::title)
                                        .version(&Song::version)
                                        .unmapped(&Song::singer));
  }
};

namespace conformance {
namespace {

using namespace repot;

class BulkTest : public Suite {
 protected:
  void SetUp() override {
    Suite::SetUp();
    if (!IsSkipped()) database().createTables<Singer, Song, PlaylistEntry>();
  }
};

TEST_P(BulkTest, ManyRowsGoInAtOnceAndGetTheirKeys) {
  database().write([](UnitOfWork& work) {
    Repository<Song> songs(work);
    std::vector<Song> many(1000);
    for (std::size_t i = 0; i < many.size(); ++i) {
      many[i].title = "tab\t line\n back\\ \\N " + std::to_string(i);
      many[i].format = i % 2 == 0 ? Format::flac : Format::mp3;
      if (i % 3 == 0) many[i].singerId = static_cast<std::int64_t>(i);
    }
    many[5].id = 1000000;  // A key of one's own among those handed out.
    songs.addAll(many);
    EXPECT_EQ(many[5].id, 1000000);
    EXPECT_EQ(songs.count(), 1000);
    for (const Song& song : many) {
      const auto stored = songs.get(song.id);
      ASSERT_TRUE(stored) << song.id;
      EXPECT_EQ(stored->title, song.title);
      EXPECT_EQ(stored->singerId, song.singerId);
      EXPECT_EQ(stored->format, song.format);
    }
    std::vector<Song> none;
    songs.addAll(none);
  });
}

TEST_P(BulkTest, AFailingRowUndoesTheBulkInsert) {
  const auto add = [](UnitOfWork& work) {
    std::vector<PlaylistEntry> entries{{"a", 1, "x"}, {"a", 2, "y"}, {"a", 1, "z"}};
    Repository<PlaylistEntry>(work).addAll(entries);
  };
  EXPECT_EQ(kindOf([&] { database().write(add); }), ErrorKind::unique);
  database().write([&](UnitOfWork& work) {
    Repository<PlaylistEntry> entries(work);
    EXPECT_EQ(kindOf([&] { work.nested([&] { add(work); }); }), ErrorKind::unique);
    EXPECT_EQ(entries.count(), 0);
    std::vector<PlaylistEntry> bad{{"a", 1, "x"}, {"a", 2, std::string("nul\0", 4)}};
    EXPECT_EQ(kindOf([&] { work.nested([&] { entries.addAll(bad); }); }), ErrorKind::data);
    EXPECT_EQ(entries.count(), 0);
  });
}

TEST_P(BulkTest, ManyRowsAreUpdatedAndVersionsChecked) {
  database().write([](UnitOfWork& work) {
    Repository<Song> songs(work);
    std::vector<Song> many(500);
    for (std::size_t i = 0; i < many.size(); ++i)
      many[i].title = std::to_string(i);
    songs.addAll(many);
    for (Song& song : many)
      song.title += '!';
    songs.updateAll(many);
    EXPECT_EQ(many[499].version, 1);
    EXPECT_EQ(songs.get(many[499].id)->title, "499!");
    EXPECT_EQ(songs.get(many[499].id)->version, 1);
    many[250].version = 0;  // As read before somebody else's change.
    EXPECT_EQ(kindOf([&] { work.nested([&] { songs.updateAll(many); }); }), ErrorKind::conflict);
    EXPECT_EQ(songs.get(many[0].id)->version, 1);
    many[0].title = many[1].title;
    EXPECT_EQ(kindOf([&] { work.nested([&] { songs.updateAll(std::span(many).first(1)); }); }),
              ErrorKind::conflict)
        << "the version in memory went on with the failed batch";
  });
}

TEST_P(BulkTest, AnUpdateOverAnotherVersionIsAConflict) {
  database().write([](UnitOfWork& work) {
    Repository<Song> songs(work);
    Song song{0, "one", {}, Format::mp3, 0, nullptr};
    songs.add(song);
    Song other = *songs.get(song.id);
    song.title = "two";
    songs.update(song);
    EXPECT_EQ(song.version, 1);
    other.title = "three";
    EXPECT_EQ(kindOf([&] { songs.update(other); }), ErrorKind::conflict);
    EXPECT_EQ(songs.get(song.id)->title, "two");
    EXPECT_EQ(songs.updateWhere(where(&Song::title) == "two", assign(&Song::format, Format::flac)),
              1);
    EXPECT_EQ(songs.get(song.id)->version, 2);
  });
  // The unit of work may ask to be run again on a conflict.
  int runs = 0;
  database().write(
      [&](UnitOfWork& work) {
        Repository<Song> songs(work);
        Song song = *songs.findOne(where(&Song::title) == "two");
        if (++runs == 1) song.version = 0;
        songs.update(song);
      },
      {.retryConflicts = true});
  EXPECT_EQ(runs, 2);
}

TEST_P(BulkTest, AnUpsertAddsOrWritesOver) {
  database().write([](UnitOfWork& work) {
    Repository<Song> songs(work);
    Song first{0, "same", {}, Format::mp3, 0, nullptr};
    songs.upsert(first, &Song::title);
    EXPECT_GT(first.id, 0);
    Song second{0, "same", 7, Format::flac, 0, nullptr};
    songs.upsert(second, &Song::title);
    EXPECT_EQ(second.id, first.id);
    EXPECT_EQ(second.version, 1);
    EXPECT_EQ(songs.get(first.id)->format, Format::flac);
    second.singerId.reset();
    songs.upsert(second);
    EXPECT_EQ(songs.get(first.id)->singerId, std::nullopt);
    EXPECT_EQ(songs.count(), 1);
    EXPECT_FALSE(songs.addIfAbsent({99, "same", {}, Format::mp3, 0, nullptr}));
    EXPECT_TRUE(songs.addIfAbsent({99, "other", {}, Format::mp3, 0, nullptr}));
    Repository<PlaylistEntry> entries(work);
    PlaylistEntry entry{"p", 1, "a"};
    entries.upsert(entry);
    entry.track = "b";
    entries.upsert(entry);
    EXPECT_EQ(entries.get("p", 1)->track, "b");
  });
}

TEST_P(BulkTest, AStoredNameThatTheEnumerationLacksIsNamed) {
  database().write([](UnitOfWork& work) {
    Song song{5, "x", {}, Format::flac, 0, nullptr};
    Repository<Song>(work).add(song);
    execute(work, "UPDATE songs SET format = 'ogg'");
    try {
      Repository<Song>(work).get(5);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::data);
      EXPECT_NE(std::string(error.what()).find("songs.format of the row id=5"), std::string::npos)
          << error.what();
    }
  });
}

TEST_P(BulkTest, RelationsAreLoadedInOneQueryEach) {
  struct Counter : Observer {
    void onStatement(const StatementEvent& event) noexcept override {
      selects += event.sql.starts_with("SELECT \"") ? 1 : 0;
    }
    std::atomic<int> selects{0};
  };
  const auto counter = std::make_shared<Counter>();
  DatabaseOptions watched = options();
  watched.observer = counter;
  Database seen = Database::open(url_, watched);
  seen.createTables<Singer, Song>();
  const auto songSinger = belongsTo(&Song::singer, &Song::singerId, &Singer::id);
  const auto singerSongs = hasMany(&Singer::songs, &Singer::id, &Song::singerId);
  seen.write([&](UnitOfWork& work) {
    std::vector<Singer> singers(20);
    for (std::size_t i = 0; i < singers.size(); ++i)
      singers[i].fullName = std::to_string(i);
    Repository<Singer>(work).addAll(singers);
    std::vector<Song> songs(200);
    for (std::size_t i = 0; i < songs.size(); ++i) {
      songs[i].title = std::to_string(i);
      if (i % 10 != 9) songs[i].singerId = singers[i % 10].id;
    }
    songs[9].singerId = 123456789;  // There is no such singer.
    Repository<Song>(work).addAll(songs);
  });
  seen.read([&](UnitOfWork& work) {
    counter->selects = 0;
    auto songs = Repository<Song>(work).findAll(Selection<Song>().orderBy(&Song::id), songSinger);
    EXPECT_EQ(counter->selects, 2);
    ASSERT_EQ(songs.size(), 200u);
    EXPECT_EQ(songs[0].singer->fullName, "0");
    EXPECT_EQ(songs[0].singer, songs[10].singer) << "one parent is one object";
    EXPECT_EQ(songs[9].singer, nullptr);
    EXPECT_EQ(songs[19].singer, nullptr);
    counter->selects = 0;
    auto singers =
        Repository<Singer>(work).findAll(Selection<Singer>().orderBy(&Singer::id), singerSongs);
    EXPECT_EQ(counter->selects, 2);
    EXPECT_EQ(singers[0].songs.size(), 20u);
    EXPECT_TRUE(singers[15].songs.empty());
    counter->selects = 0;
    Song lazy = *Repository<Song>(work).findOne(where(&Song::title) == "3");
    EXPECT_EQ(lazy.singer, nullptr);
    songSinger.load(work, lazy);
    EXPECT_EQ(lazy.singer->fullName, "3");
    EXPECT_EQ(counter->selects, 2);
  });
}

REPOT_INSTANTIATE_CONFORMANCE(BulkTest);

}  // namespace
}  // namespace conformance
