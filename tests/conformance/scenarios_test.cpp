// What a growing application asks of its storage, end to end, with the entities and repositories of
// the music library in docs/examples/music-app: a queue of work, several feeds into
// the same rows, pages of a list that changes, a scan that may be killed, a deletion that cascades.
#include "../support/sanitized.hpp"
#include "music_app.hpp"
#include "program/scan.hpp"
#include "program/workers.hpp"
#include "repositories/catalog.hpp"
#include "repositories/downloads.hpp"
#include "repositories/playlists.hpp"
#include "repositories/scans.hpp"

#include <repot/observer.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

namespace conformance {
namespace {

using namespace repot;
using music::Album;
using music::Download;
using music::Downloads;
using music::DownloadStatus;
using music::LibraryScan;
using music::Playlist;
using music::Playlists;
using music::PlaylistTrack;
using music::UpgradeCandidate;
using MusicArtist = music::Artist;
using MusicTrack = music::Track;

class Selects : public Observer {
 public:
  void onStatement(const StatementEvent& event) noexcept override {
    if (event.sql.starts_with("SELECT \"")) ++count;
  }
  std::atomic<int> count{0};
};

Timestamp at(std::int64_t seconds) {
  return Timestamp(std::chrono::seconds(1700000000 + seconds));
}

class ScenarioTest : public MusicSuite {
 protected:
  /// One artist and album, and `count` tracks "t0" … of theirs.
  static void addTracks(Database& target, int count) {
    target.write([&](UnitOfWork& work) {
      Repository<MusicArtist>(work).add(artistOf("artist", "The Artist"));
      Repository<Album>(work).add(albumOf("album", "artist"));
      std::vector<MusicTrack> tracks(static_cast<std::size_t>(count));
      for (int i = 0; i < count; ++i) {
        MusicTrack& track = tracks[static_cast<std::size_t>(i)];
        track.id = 't' + std::to_string(i);
        track.title = "Title " + std::to_string(i);
        track.artistId = "artist";
        track.albumId = "album";
      }
      Repository<MusicTrack>(work).addAll(tracks);
    });
  }
  DatabaseOptions workerOptions() const {
    DatabaseOptions many = options();
    many.poolSize = 8;
    many.poolTimeout = std::chrono::minutes(1);
    many.retry.attempts = 100;
    return many;
  }
};

TEST_P(ScenarioTest, AQueueHandsOutEachDownloadOnceAndInOrder) {
  constexpr int downloads = 10000, workers = 8;
  const auto selects = std::make_shared<Selects>();
  DatabaseOptions watched = workerOptions();
  watched.observer = selects;
  Database queue = Database::open(url_, watched);
  createAll(queue);
  addTracks(queue, downloads);
  std::mt19937 random(3);
  std::set<std::string> waiting;
  queue.write([&](UnitOfWork& work) {
    std::vector<Download> all(downloads);
    for (int i = 0; i < downloads; ++i) {
      Download& download = all[static_cast<std::size_t>(i)];
      download.id = 'd' + std::to_string(i);
      download.trackId = 't' + std::to_string(i);
      download.status = static_cast<DownloadStatus>(random() % 4);
      download.priority = static_cast<std::int32_t>(random() % 5);
      download.createdAt = at(static_cast<std::int64_t>(random() % 100000));
      if (download.status == DownloadStatus::waiting) waiting.insert(download.id);
    }
    Repository<Download>(work).addAll(all);
  });
  selects->count = 0;
  std::mutex mutex;
  std::set<std::string> claimed;
  std::atomic<int> claims{0}, doubled{0}, disordered{0}, incomplete{0}, failed{0};
  std::vector<int> perWorker(workers);
  const auto run = [&](std::size_t number) {
    try {
      for (;;) {
        auto mine =
            queue.write([](UnitOfWork& work) { return Downloads(work).claim(music::claimSize); });
        if (mine.empty()) return;
        ++claims;
        for (const Download& download : mine) {
          if (!download.track || !download.track->artist || !download.track->album) ++incomplete;
        }
        for (std::size_t i = 1; i < mine.size(); ++i) {
          const auto& a = mine[i - 1];
          const auto& b = mine[i];
          if (a.priority < b.priority || (a.priority == b.priority && a.createdAt > b.createdAt))
            ++disordered;
        }
        {
          const std::lock_guard lock(mutex);
          for (const Download& download : mine)
            doubled += claimed.insert(download.id).second ? 0 : 1;
        }
        perWorker[number] += static_cast<int>(mine.size());
        queue.write([&](UnitOfWork& work) { Downloads(work).complete(mine); });
      }
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
      ++failed;
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < workers; ++i)
    threads.emplace_back(run, i);
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(doubled, 0);
  EXPECT_EQ(disordered, 0);
  EXPECT_EQ(incomplete, 0);
  EXPECT_EQ(claimed, waiting);
  // The claim, its tracks, their artists and albums: four a call, the empty ones and retries too.
  const auto calls = claims + workers + static_cast<int>(queue.statistics().retries);
  EXPECT_LE(selects->count, 4 * calls);
  for (const int count : perWorker)
    EXPECT_GT(count, 0) << "a worker starved";
}

/// What a provider knows of a track: some of its keys.
struct Knowledge {
  int track = 0;
  bool isrc = false, spotify = false, musicbrainz = false;
};

TEST_P(ScenarioTest, SeveralProvidersFeedTheSameTracks) {
  constexpr int tracks = 5000, providers = 4;
  Database shared = Database::open(url_, workerOptions());
  createAll(shared);
  std::mt19937 random(5);
  std::vector<std::vector<Knowledge>> feeds(providers);
  for (std::size_t feed = 0; feed < feeds.size(); ++feed) {
    for (int i = 0; i < tracks; ++i) {
      const auto keys = random() % 7 + 1;
      Knowledge knowledge{i, (keys & 1) != 0, (keys & 2) != 0, (keys & 4) != 0};
      if (feed == 0) {
        // One provider knows all, so that what the others tell belongs together in the end.
        knowledge = {i, true, true, true};
      } else if (random() % 3 == 0) {
        continue;
      }
      feeds[feed].push_back(knowledge);
    }
    std::shuffle(feeds[feed].begin(), feeds[feed].end(), random);
  }
  std::atomic<std::size_t> merged{0};
  const auto store = [&](UnitOfWork& work, const Knowledge& knowledge) {
    const std::string number = std::to_string(knowledge.track);
    const std::string artistId = "a" + std::to_string(knowledge.track % 50);
    Repository<MusicArtist>(work).addIfAbsent(artistOf(artistId, "Artist " + artistId));
    auto track = music::fresh<MusicTrack>();
    track.artistId = artistId;
    track.title = "Track " + number;
    if (knowledge.isrc) track.isrc = "I" + number;
    if (knowledge.spotify) track.spotifyUri = "S" + number;
    if (knowledge.musicbrainz) track.musicbrainzId = "M" + number;
    return music::Tracks(work).store(track);
  };
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (const auto& feed : feeds) {
    threads.emplace_back([&] {
      for (const Knowledge& knowledge : feed) {
        try {
          merged += shared.write([&](UnitOfWork& work) { return store(work, knowledge); },
                                 {.retryConflicts = true});
        } catch (const std::exception& error) {
          if (++failed == 1) ADD_FAILURE() << error.what();
        }
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(failed, 0);
  shared.read([&](UnitOfWork& work) {
    Repository<MusicTrack> repository(work);
    EXPECT_EQ(repository.count(), tracks);
    std::set<std::string> numbers;
    repository.forEach([&](MusicTrack&& track) {
      const std::string number = track.isrc.value_or("I?").substr(1);
      EXPECT_TRUE(numbers.insert(number).second) << number;
      EXPECT_EQ(track.spotifyUri, "S" + number);
      EXPECT_EQ(track.musicbrainzId, "M" + number);
    });
  });
  EXPECT_GT(merged, 0U) << "the scenario has lost its point";
}

TEST_P(ScenarioTest, APlaylistIsPagedWhileItChanges) {
  constexpr int length = 2000;
  const auto selects = std::make_shared<Selects>();
  DatabaseOptions watched = workerOptions();
  watched.observer = selects;
  Database shown = Database::open(url_, watched);
  createAll(shown);
  addTracks(shown, length + 200);
  shown.write([&](UnitOfWork& work) {
    Playlist playlist;
    playlist.id = "p";
    Repository<Playlist>(work).add(playlist);
    std::vector<PlaylistTrack> entries;
    for (int i = 0; i < length; ++i)
      entries.push_back({"p", 't' + std::to_string(i), i * 10, {}, nullptr});
    Repository<PlaylistTrack>(work).addAll(entries);
  });
  std::mt19937 random(9);
  std::map<std::string, int> seen;
  std::set<std::string> moved;
  std::optional<Cursor> after;
  int inserted = length;
  do {
    selects->count = 0;
    const auto next = shown.read([&](UnitOfWork& work) {
      const auto page = Playlists(work).entries("p", 50, after);
      for (const PlaylistTrack& entry : page.rows) {
        EXPECT_NE(entry.track->artist, nullptr);
        EXPECT_NE(entry.track->album, nullptr);
        ++seen[entry.trackId];
      }
      return page.next;
    });
    EXPECT_LE(selects->count, 4);
    after = next;
    shown.write([&](UnitOfWork& work) {
      Repository<PlaylistTrack> entries(work);
      const std::string mover = 't' + std::to_string(random() % length);
      moved.insert(mover);
      entries.updateWhere(
          where(&PlaylistTrack::trackId) == mover,
          assign(&PlaylistTrack::position, static_cast<std::int64_t>(random() % (length * 10))));
      entries.add({"p",
                   't' + std::to_string(inserted++),
                   static_cast<std::int64_t>(random() % (length * 10)),
                   {},
                   nullptr});
    });
  } while (after);
  for (int i = 0; i < length; ++i) {
    const std::string id = 't' + std::to_string(i);
    if (moved.count(id) == 0) {
      EXPECT_EQ(seen[id], 1) << id;
    }
  }
}

TEST_P(ScenarioTest, ASearchFindsTheSameEverywhere) {
  database().write([](UnitOfWork& work) {
    Repository<MusicArtist>(work).add(artistOf("artist", "The Artist"));
    int number = 0;
    for (const char* title :
         {"100% Pure", "100 Pure", "under_score", "underXscore", R"(back\slash)", "backslash",
          "ÉTUDE", "étude", "Straße", "ΣΊΣΥΦΟΣ"}) {
      MusicTrack track;
      track.id = std::to_string(number++);
      track.title = title;
      track.artistId = "artist";
      Repository<MusicTrack>(work).add(track);
    }
  });
  const auto found = [&](const std::string& text) {
    std::string ids;
    database().read([&](UnitOfWork& work) {
      auto tracks = music::Tracks(work).search(text, 100);
      std::sort(tracks.begin(), tracks.end(),
                [](const MusicTrack& a, const MusicTrack& b) { return a.id < b.id; });
      for (const MusicTrack& track : tracks)
        ids += track.id;
    });
    return ids;
  };
  EXPECT_EQ(found("100%"), "0");
  EXPECT_EQ(found("r_s"), "2");
  EXPECT_EQ(found("K\\S"), "4");
  EXPECT_EQ(found("étude"), "67");
  EXPECT_EQ(found("ÉTUDE"), "67");
  EXPECT_EQ(found("STRAß"), "8");
  EXPECT_EQ(found("ίσυφ"), "9");
  EXPECT_EQ(found("PURE"), "01");
}

/// Adds or updates files in batches until it is killed or done.
void scan(Database& library, int files) {
  std::vector<music::ScannedFile> found(static_cast<std::size_t>(files));
  for (int number = 0; number < files; ++number) {
    music::ScannedFile& file = found[static_cast<std::size_t>(number)];
    file.file = {"/music/" + std::to_string(number), number, {}};
    file.names = {"The Artist", "The Album", "File " + std::to_string(number), 0};
    // A third are duplicates.
    file.content = {std::to_string(number - number % 3 % 2), "flac", number % 100 == 0};
  }
  library.writeInBatches(
      found,
      [](UnitOfWork& work, std::span<music::ScannedFile> batch) {
        music::storeBatch(work, "scan", batch);
      },
      music::scanBatch);
}

TEST_P(ScenarioTest, AScanThatIsKilledLeavesCountersEqualToRows) {
  // The same server once more behind a pooler has nothing new to say about so many.
  const int files = test::sanitized || GetParam() == Target::pgbouncer ? 5000 : 100000;
  database().write([](UnitOfWork& work) {
    Repository<MusicArtist>(work).add(artistOf("artist", "The Artist"));
    LibraryScan started;
    started.id = "scan";
    Repository<LibraryScan>(work).add(started);
  });
  const auto check = [&] {
    return database().read([](UnitOfWork& work) {
      const auto counters = Repository<LibraryScan>(work).get("scan");
      EXPECT_EQ(counters->newFiles, Repository<MusicTrack>(work).count());
      EXPECT_EQ(counters->scannedFiles, counters->newFiles + counters->updatedFiles);
      return counters->newFiles;
    });
  };
  if (GetParam() != Target::sqliteMemory) {
    for (int round = 1; round <= 3; ++round) {
      const pid_t child = ::fork();
      ASSERT_GE(child, 0);
      if (child == 0) {
        try {
          Database own = Database::open(url_, options());
          scan(own, files);
        } catch (...) {
        }
        ::_exit(0);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(120 * round));
      ::kill(child, SIGKILL);
      int status = 0;
      ::waitpid(child, &status, 0);
      check();
    }
  }
  scan(database(), files);
  EXPECT_EQ(check(), files);
  database().read([&](UnitOfWork& work) {
    music::Tracks library(work);
    const auto duplicates = library.sameFiles();
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> expected;
    for (int number = 0; number < files; ++number) {
      auto& [rows, bytes] = expected[std::to_string(number - number % 3 % 2)];
      ++rows;
      bytes += number;
    }
    std::erase_if(expected, [](const auto& entry) { return entry.second.first < 2; });
    ASSERT_EQ(duplicates.size(), expected.size());
    for (const music::SameFile& same : duplicates)
      EXPECT_EQ(std::make_pair(same.files, same.bytes), expected[same.hash]);
    const auto broken = library.broken(files);
    EXPECT_EQ(broken.size(), static_cast<std::size_t>(files / 100));
    EXPECT_TRUE(std::is_sorted(broken.begin(), broken.end(), [](const auto& a, const auto& b) {
      return a.updatedAt < b.updatedAt;
    }));
  });
}

TEST_P(ScenarioTest, DeletingAnArtistTakesWhatIsHis) {
  addTracks(database(), 20);
  database().write([](UnitOfWork& work) {
    Repository<MusicArtist>(work).add(artistOf("other", "Somebody else"));
    Playlist playlist;
    playlist.id = "p";
    Repository<Playlist>(work).add(playlist);
    MusicTrack kept;
    kept.id = "kept";
    kept.artistId = "other";
    kept.albumId = "album";
    Repository<MusicTrack>(work).add(kept);
    for (int i = 0; i < 20; ++i) {
      const std::string number = std::to_string(i);
      Download download;
      download.id = "d" + number;
      download.trackId = "t" + number;
      Repository<Download>(work).add(download);
      UpgradeCandidate candidate;
      candidate.id = "c" + number;
      candidate.trackId = download.trackId;
      candidate.downloadId = download.id;
      Repository<UpgradeCandidate>(work).add(candidate);
      Repository<PlaylistTrack>(work).add({"p", download.trackId, i, {}, nullptr});
    }
    music::ArtistWatchlist watched;
    watched.id = "w";
    watched.artistId = "artist";
    Repository<music::ArtistWatchlist>(work).add(watched);
  });
  database().write([](UnitOfWork& work) {
    EXPECT_TRUE(Repository<Download>(work).remove("d0"));
    EXPECT_EQ(Repository<UpgradeCandidate>(work).get("c0")->downloadId, std::nullopt);
    EXPECT_EQ(Repository<UpgradeCandidate>(work).count(), 20);
  });
  if (GetParam() != Target::sqliteMemory) {
    // Nobody else sees half of it.
    UnitOfWork deleting = database().begin();
    Repository<MusicArtist>(deleting).remove("artist");
    database().read([](UnitOfWork& work) {
      EXPECT_EQ(Repository<MusicTrack>(work).count(), 21);
      EXPECT_EQ(Repository<Download>(work).count(), 19);
    });
    deleting.rollback();
  }
  database().write([](UnitOfWork& work) {
    Repository<Album> albums(work);
    EXPECT_EQ(kindOf([&] {
                work.nested([&] {
                  albums.remove("album");
                  EXPECT_EQ(Repository<MusicTrack>(work).get("kept")->albumId, std::nullopt);
                  Repository<Album>(work).add(albumOf("x", "nobody"));
                });
              }),
              ErrorKind::foreignKey);
    EXPECT_EQ(Repository<MusicTrack>(work).get("kept")->albumId, "album");
    EXPECT_TRUE(Repository<MusicArtist>(work).remove("artist"));
  });
  database().read([](UnitOfWork& work) {
    EXPECT_EQ(Repository<MusicArtist>(work).count(), 1);
    EXPECT_EQ(Repository<Album>(work).count(), 0);
    EXPECT_EQ(Repository<MusicTrack>(work).count(), 1);
    EXPECT_EQ(Repository<MusicTrack>(work).get("kept")->albumId, std::nullopt);
    EXPECT_EQ(Repository<Download>(work).count(), 0);
    EXPECT_EQ(Repository<UpgradeCandidate>(work).count(), 0);
    EXPECT_EQ(Repository<music::ArtistWatchlist>(work).count(), 0);
    EXPECT_EQ(Repository<PlaylistTrack>(work).count(), 0);
  });
}

REPOT_INSTANTIATE_CONFORMANCE(ScenarioTest);

}  // namespace
}  // namespace conformance
