// What a growing application asks of its storage, end to end: a queue of work, several feeds into
// the same rows, pages of a list that changes, a scan that may be killed, a deletion that cascades.
#include "music_library.hpp"
#include "suite.hpp"

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
using music::Candidate;
using music::Download;
using music::LibraryScan;
using music::PlaylistTrack;
using music::Status;
using music::Watchlist;
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

class ScenarioTest : public Suite {
 protected:
  void SetUp() override {
    Suite::SetUp();
    if (IsSkipped()) return;
    createAll(database());
  }
  static void createAll(Database& target) {
    target.createTables<MusicArtist, Album, MusicTrack, Download, PlaylistTrack, LibraryScan,
                        Watchlist, Candidate>();
  }
  /// One artist and album, and `count` tracks "t0" … of theirs.
  static void addTracks(Database& target, int count) {
    target.write([&](UnitOfWork& work) {
      Repository<MusicArtist>(work).add({"artist", "The Artist", 0});
      Repository<Album>(work).add({"album", "The Album", "artist"});
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
      download.status = static_cast<Status>(random() % 4);
      download.priority = static_cast<std::int64_t>(random() % 5);
      download.createdAt = at(static_cast<std::int64_t>(random() % 100000));
      if (download.status == Status::waiting) waiting.insert(download.id);
    }
    Repository<Download>(work).addAll(all);
  });
  selects->count = 0;
  std::mutex mutex;
  std::set<std::string> claimed;
  std::atomic<int> claims{0}, doubled{0}, disordered{0}, incomplete{0}, failed{0};
  std::vector<int> perWorker(workers);
  const auto claim = [&](UnitOfWork& work) {
    Repository<Download> repository(work);
    Selection<Download> next;
    next.orderBy(&Download::priority, true).orderBy(&Download::createdAt).limit(10);
    auto found = repository.findAndLock(RowLock::skipLocked,
                                        where(&Download::status) == Status::waiting, next);
    for (Download& download : found)
      download.status = Status::active;
    repository.updateAll(found);
    music::downloadTrack.load(work, found);
    std::vector<MusicTrack> tracks;
    for (const Download& download : found)
      tracks.push_back(*download.track);
    music::trackArtist.load(work, tracks);
    music::trackAlbum.load(work, tracks);
    for (const MusicTrack& track : tracks) {
      if (!track.artist || !track.album) ++incomplete;
    }
    return found;
  };
  const auto run = [&](std::size_t number) {
    try {
      for (;;) {
        auto mine = queue.write(claim);
        if (mine.empty()) return;
        ++claims;
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
        queue.write([&](UnitOfWork& work) {
          for (Download& download : mine)
            download.status = Status::completed;
          Repository<Download>(work).updateAll(mine);
        });
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

std::uint32_t randomNumber() {
  thread_local std::mt19937 random{std::random_device{}()};
  return static_cast<std::uint32_t>(random());
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
  std::atomic<int> merged{0};
  const auto store = [&](UnitOfWork& work, const Knowledge& knowledge) {
    const std::string number = std::to_string(knowledge.track);
    const std::string artistId = "a" + std::to_string(knowledge.track % 50);
    Repository<MusicArtist>(work).addIfAbsent({artistId, "Artist " + artistId, 0});
    MusicTrack track;
    track.artistId = artistId;
    track.title = "Track " + number;
    std::optional<Criterion<MusicTrack>> same;
    const auto know = [&](bool known, const char* prefix, auto member) {
      if (!known) return;
      track.*member = prefix + number;
      const auto equal = where(member) == prefix + number;
      same = same ? *same || equal : equal;
    };
    know(knowledge.isrc, "I", &MusicTrack::isrc);
    know(knowledge.spotify, "S", &MusicTrack::spotifyUri);
    know(knowledge.musicbrainz, "M", &MusicTrack::musicbrainzId);
    Repository<MusicTrack> repository(work);
    auto stored = repository.find(*same, Selection<MusicTrack>().orderBy(&MusicTrack::id));
    if (stored.empty()) {
      track.id = number + "-" + std::to_string(randomNumber());
      if (repository.addIfAbsent(track)) return;
      throw Error(ErrorKind::conflict, "somebody else was faster");
    }
    for (std::size_t i = 1; i < stored.size(); ++i) {
      // Rows that turn out to be the same track become one; a row that changed meanwhile is a
      // conflict.
      if (repository.removeWhere(where(&MusicTrack::id) == stored[i].id &&
                                 where(&MusicTrack::version) == stored[i].version) != 1) {
        throw Error(ErrorKind::conflict, "the other row has changed");
      }
      ++merged;
    }
    MusicTrack& first = stored.front();
    for (const MusicTrack& other : stored) {
      for (const auto member :
           {&MusicTrack::isrc, &MusicTrack::spotifyUri, &MusicTrack::musicbrainzId}) {
        if (!(first.*member)) first.*member = track.*member ? track.*member : other.*member;
      }
    }
    try {
      work.nested([&] { repository.update(first); });
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::unique) throw;
      throw Error(ErrorKind::conflict, "somebody else has stored one of its keys");
    }
  };
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (const auto& feed : feeds) {
    threads.emplace_back([&] {
      for (const Knowledge& knowledge : feed) {
        try {
          shared.write([&](UnitOfWork& work) { store(work, knowledge); }, {.retryConflicts = true});
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
  EXPECT_GT(merged, 0) << "the scenario has lost its point";
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
    std::vector<PlaylistTrack> entries;
    for (int i = 0; i < length; ++i)
      entries.push_back({"p", 't' + std::to_string(i), i * 10, nullptr});
    Repository<PlaylistTrack>(work).addAll(entries);
  });
  std::mt19937 random(9);
  Selection<PlaylistTrack> selection;
  selection.orderBy(&PlaylistTrack::position).limit(50);
  std::map<std::string, int> seen;
  std::set<std::string> moved;
  std::optional<Cursor> after;
  int inserted = length;
  do {
    selects->count = 0;
    const auto next = shown.read([&](UnitOfWork& work) {
      auto page = Repository<PlaylistTrack>(work).page(selection, after,
                                                       where(&PlaylistTrack::playlistId) == "p");
      music::entryTrack.load(work, page.rows);
      std::vector<MusicTrack> tracks;
      for (const PlaylistTrack& entry : page.rows)
        tracks.push_back(*entry.track);
      music::trackArtist.load(work, tracks);
      music::trackAlbum.load(work, tracks);
      for (const MusicTrack& track : tracks) {
        EXPECT_NE(track.artist, nullptr);
        ++seen[track.id];
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
      entries.add({"p", 't' + std::to_string(inserted++),
                   static_cast<std::int64_t>(random() % (length * 10)), nullptr});
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
    Repository<MusicArtist>(work).add({"artist", "The Artist", 0});
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
      for (auto [id] : Query(work)
                           .from<MusicTrack>()
                           .join(&MusicTrack::artistId, &MusicArtist::id)
                           .where(where(&MusicTrack::title).contains(text, Case::ignored))
                           .orderBy(&MusicTrack::id)
                           .select(column(&MusicTrack::id)))
        ids += id;
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
  std::vector<int> numbers(static_cast<std::size_t>(files));
  for (int i = 0; i < files; ++i)
    numbers[static_cast<std::size_t>(i)] = i;
  library.writeInBatches(numbers, [](UnitOfWork& work, std::span<int> batch) {
    Repository<MusicTrack> tracks(work);
    std::vector<std::string> ids;
    for (const int number : batch)
      ids.push_back("f" + std::to_string(number));
    std::map<std::string, MusicTrack> stored;
    for (MusicTrack& track : tracks.find(where(&MusicTrack::id).in(ids)))
      stored.emplace(track.id, std::move(track));
    std::vector<MusicTrack> added, updated;
    for (const int number : batch) {
      MusicTrack track;
      track.id = "f" + std::to_string(number);
      if (const auto found = stored.find(track.id); found != stored.end()) track = found->second;
      track.title = "File " + std::to_string(number);
      track.artistId = "artist";
      track.fileHash = std::to_string(number - number % 3 % 2);  // A third are duplicates.
      track.fileSize = number;
      track.broken = number % 100 == 0;
      track.updatedAt = at(number);
      (stored.count(track.id) != 0 ? updated : added).push_back(std::move(track));
    }
    tracks.addAll(added);
    tracks.updateAll(updated);
    Repository<LibraryScan>(work).updateWhere(
        where(&LibraryScan::id) == "scan",
        increase(&LibraryScan::scanned, static_cast<std::int64_t>(batch.size())),
        increase(&LibraryScan::added, static_cast<std::int64_t>(added.size())),
        increase(&LibraryScan::updated, static_cast<std::int64_t>(updated.size())));
  });
}

TEST_P(ScenarioTest, AScanThatIsKilledLeavesCountersEqualToRows) {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  constexpr int files = 5000;
#else
  constexpr int files = 100000;
#endif
  database().write([](UnitOfWork& work) {
    Repository<MusicArtist>(work).add({"artist", "The Artist", 0});
    Repository<LibraryScan>(work).add({"scan", 0, 0, 0});
  });
  const auto check = [&] {
    return database().read([](UnitOfWork& work) {
      const auto counters = Repository<LibraryScan>(work).get("scan");
      EXPECT_EQ(counters->added, Repository<MusicTrack>(work).count());
      EXPECT_EQ(counters->scanned, counters->added + counters->updated);
      return counters->added;
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
  database().read([](UnitOfWork& work) {
    const auto duplicates =
        Query(work)
            .from<MusicTrack>()
            .groupBy(&MusicTrack::fileHash)
            .having(count(), ">", 1)
            .orderBy(&MusicTrack::fileHash)
            .select(column(&MusicTrack::fileHash), count(), sum(&MusicTrack::fileSize));
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> expected;
    for (int number = 0; number < files; ++number) {
      auto& [rows, bytes] = expected[std::to_string(number - number % 3 % 2)];
      ++rows;
      bytes += number;
    }
    std::erase_if(expected, [](const auto& entry) { return entry.second.first < 2; });
    ASSERT_EQ(duplicates.size(), expected.size());
    for (const auto& [hash, rows, bytes] : duplicates)
      EXPECT_EQ(std::make_pair(rows, bytes.value_or(0)), expected[hash.value_or("")]);
    const auto broken = Repository<MusicTrack>(work).find(
        where(&MusicTrack::broken) == true,
        Selection<MusicTrack>().orderBy(&MusicTrack::broken).orderBy(&MusicTrack::updatedAt));
    EXPECT_EQ(broken.size(), static_cast<std::size_t>(files / 100));
    EXPECT_TRUE(std::is_sorted(broken.begin(), broken.end(), [](const auto& a, const auto& b) {
      return a.updatedAt < b.updatedAt;
    }));
  });
}

TEST_P(ScenarioTest, DeletingAnArtistTakesWhatIsHis) {
  addTracks(database(), 20);
  database().write([](UnitOfWork& work) {
    Repository<MusicArtist>(work).add({"other", "Somebody else", 0});
    MusicTrack kept;
    kept.id = "kept";
    kept.artistId = "other";
    kept.albumId = "album";
    Repository<MusicTrack>(work).add(kept);
    for (int i = 0; i < 20; ++i) {
      const std::string number = std::to_string(i);
      Repository<Download>(work).add({"d" + number, "t" + number, Status::waiting, 0, {}, nullptr});
      Repository<Candidate>(work).add({"c" + number, "t" + number, "d" + number});
      Repository<PlaylistTrack>(work).add({"p", "t" + number, i, nullptr});
    }
    Repository<Watchlist>(work).add({"w", "artist"});
  });
  database().write([](UnitOfWork& work) {
    EXPECT_TRUE(Repository<Download>(work).remove("d0"));
    EXPECT_EQ(Repository<Candidate>(work).get("c0")->downloadId, std::nullopt);
    EXPECT_EQ(Repository<Candidate>(work).count(), 20);
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
                  Repository<Album>(work).add({"x", "", "nobody"});
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
    EXPECT_EQ(Repository<Candidate>(work).count(), 0);
    EXPECT_EQ(Repository<Watchlist>(work).count(), 0);
    EXPECT_EQ(Repository<PlaylistTrack>(work).count(), 0);
  });
}

REPOT_INSTANTIATE_CONFORMANCE(ScenarioTest);

}  // namespace
}  // namespace conformance
