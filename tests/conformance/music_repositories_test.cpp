// The music library's repositories, each question that they answer, on every backend.
#include "music_app.hpp"
#include "repositories/automation.hpp"
#include "repositories/catalog.hpp"
#include "repositories/dashboard.hpp"
#include "repositories/downloads.hpp"
#include "repositories/playlists.hpp"
#include "repositories/scans.hpp"

namespace conformance {
namespace {

using namespace repot;
using music::fresh;

template <typename Rows, typename Member>
std::string joined(const Rows& rows, Member member) {
  std::string text;
  for (const auto& row : rows)
    text += (text.empty() ? "" : " ") + std::string(row.*member);
  return text;
}

class MusicRepositoryTest : public MusicSuite {
 protected:
  void write(const std::function<void(UnitOfWork&)>& work) { database().write(work); }
};

TEST_P(MusicRepositoryTest, ArtistsAndAlbumsAreFoundByEveryKey) {
  write([](UnitOfWork& work) {
    music::Artists artists(work);
    auto artist = artistOf("a", "Sigur Rós");
    artist.spotifyUri = "spotify:artist:1";
    artist.musicbrainzId = "mb-1";
    artists.add(artist);
    EXPECT_EQ(artists.bySpotifyUri("spotify:artist:1")->id, "a");
    EXPECT_EQ(artists.byMusicbrainzId("mb-1")->id, "a");
    EXPECT_EQ(artists.byName("SIGUR RÓS")->id, "a");
    EXPECT_EQ(artists.byName("Sigur R_s"), std::nullopt);
    EXPECT_EQ(artists.ensure("sigur rós").id, "a");
    EXPECT_NE(artists.ensure("Múm").id, "a");
    EXPECT_EQ(artists.count(), 2);
    music::Albums albums(work);
    const auto first = albums.ensure("a", "Takk…");
    EXPECT_EQ(albums.ensure("a", "TAKK…").id, first.id);
    EXPECT_EQ(albums.bySpotifyUri("nothing"), std::nullopt);
    EXPECT_EQ(albums.byMusicbrainzId("nothing"), std::nullopt);
    EXPECT_EQ(joined(albums.ofArtist("a"), &music::Album::title), "Takk…");
  });
}

TEST_P(MusicRepositoryTest, TracksAreFoundByKeysByNamesAndByText) {
  write([](UnitOfWork& work) {
    music::Artists(work).add(artistOf("a", "Ólafur 100%"));
    music::Albums(work).add(albumOf("b", "a"));
    music::Tracks tracks(work);
    auto track = trackOf("t1", "a", "Near Light");
    track.isrc = "ISRC1";
    track.spotifyUri = "s1";
    track.musicbrainzId = "m1";
    track.filePath = "/music/1.flac";
    track.audioFormat = "flac";
    tracks.add(track);
    track = trackOf("t2", "a", "Ljósið");
    track.albumId = "b";
    track.isBroken = true;
    track.audioFormat = "mp3";
    tracks.add(track);
    EXPECT_EQ(tracks.byIsrc("ISRC1")->id, "t1");
    EXPECT_EQ(tracks.bySpotifyUri("s1")->id, "t1");
    EXPECT_EQ(tracks.byMusicbrainzId("m1")->id, "t1");
    EXPECT_EQ(joined(tracks.byTitleAndArtist("LJÓSIÐ", "ólafur 100%"), &music::Track::id), "t2");
    EXPECT_EQ(joined(tracks.byPaths({"/music/1.flac", "/music/2.flac"}), &music::Track::id), "t1");
    EXPECT_EQ(joined(tracks.search("light", 10), &music::Track::id), "t1");
    EXPECT_EQ(joined(tracks.search("the album", 10), &music::Track::id), "t2");
    EXPECT_EQ(joined(tracks.search("0%", 10), &music::Track::id), "t2 t1");
    EXPECT_EQ(joined(tracks.broken(10), &music::Track::id), "t2");
    EXPECT_EQ(joined(tracks.neverScanned(10), &music::Track::id), "t1");
    EXPECT_EQ(tracks.formats(), (std::vector<std::string>{"flac", "mp3"}));
    const auto page = tracks.list(1);
    EXPECT_EQ(page.rows.front().artist->name, "Ólafur 100%");
    const auto next = tracks.list(1, tracks.listCursor(page.next->toString()));
    EXPECT_EQ(joined(next.rows, &music::Track::id), "t1");
    EXPECT_FALSE(next.next);
  });
}

TEST_P(MusicRepositoryTest, TracksThatTurnOutToBeOneKeepWhatRefersToThem) {
  write([](UnitOfWork& work) {
    music::Artists(work).add(artistOf("a", "A"));
    music::Tracks tracks(work);
    auto track = trackOf("t1", "a", "One");
    track.isrc = "I";
    tracks.add(track);
    track = trackOf("t2", "a", "One");
    track.spotifyUri = "S";
    track.filePath = "/music/one.flac";
    tracks.add(track);
    auto playlist = fresh<music::Playlist>();
    music::Playlists(work).add(playlist);
    Repository<music::PlaylistTrack>(work).add({playlist.id, "t2", 7, music::now(), nullptr});
    auto download = fresh<music::Download>();
    download.trackId = "t2";
    music::Downloads(work).add(download);
    auto candidate = fresh<music::UpgradeCandidate>();
    candidate.trackId = "t2";
    music::UpgradeCandidates(work).add(candidate);

    auto known = trackOf("t3", "a", "One");
    known.isrc = "I";
    known.spotifyUri = "S";
    known.musicbrainzId = "M";
    EXPECT_EQ(tracks.store(known), 1U);
    const auto one = tracks.byMusicbrainzId("M");
    EXPECT_EQ(one->id, "t1");
    EXPECT_EQ(one->spotifyUri, "S");
    EXPECT_EQ(one->filePath, "/music/one.flac");
    EXPECT_EQ(tracks.count(), 1);
    EXPECT_EQ(music::Downloads(work).get(download.id)->trackId, "t1");
    EXPECT_EQ(music::UpgradeCandidates(work).get(candidate.id)->trackId, "t1");
    EXPECT_EQ(Repository<music::PlaylistTrack>(work).get(playlist.id, "t1")->position, 7);
    EXPECT_EQ(kindOf([&] { tracks.store(trackOf("t4", "a", "No key")); }), ErrorKind::usage);
  });
}

TEST_P(MusicRepositoryTest, PlaylistsMakeRoomForWhatIsPlaced) {
  write([](UnitOfWork& work) {
    music::Artists(work).add(artistOf("a", "A"));
    for (const char* id : {"t1", "t2", "t3"})
      music::Tracks(work).add(trackOf(id, "a", id));
    music::Playlists playlists(work);
    auto playlist = fresh<music::Playlist>();
    playlist.spotifyUri = "spotify:playlist:1";
    playlists.add(playlist);
    playlists.place(playlist.id, "t1", 0);
    playlists.place(playlist.id, "t2", 0);
    playlists.place(playlist.id, "t3", 1);
    EXPECT_EQ(joined(playlists.entries(playlist.id, 10).rows, &music::PlaylistTrack::trackId),
              "t2 t3 t1");
    playlists.place(playlist.id, "t1", 0);
    EXPECT_EQ(joined(playlists.entries(playlist.id, 10).rows, &music::PlaylistTrack::trackId),
              "t1 t2 t3");
    EXPECT_EQ(playlists.bySpotifyUri("spotify:playlist:1")->id, playlist.id);
  });
}

TEST_P(MusicRepositoryTest, DownloadsAreQueuedOnceClaimedInOrderAndCounted) {
  write([](UnitOfWork& work) {
    music::Artists(work).add(artistOf("a", "A"));
    auto here = trackOf("t1", "a", "Here");
    here.filePath = "/music/here.flac";
    auto broken = trackOf("t2", "a", "Broken");
    broken.filePath = "/music/broken.flac";
    broken.isBroken = true;
    std::vector<music::Track> all{here, broken, trackOf("t3", "a", "Missing")};
    music::Tracks(work).addAll(all);
    music::Downloads downloads(work);
    EXPECT_EQ(downloads.enqueue(2), 2);
    EXPECT_EQ(downloads.enqueue(5), 1);
    EXPECT_EQ(downloads.enqueue(5), 0);
    auto claimed = downloads.claim(2);
    EXPECT_EQ(joined(claimed, &music::Download::trackId), "t2 t3");
    EXPECT_EQ(claimed.front().track->artist->name, "A");
    downloads.fail(claimed.front(), "no peer");
    downloads.complete(std::span(claimed).subspan(1));
    using Counts = std::map<music::DownloadStatus, std::int64_t>;
    EXPECT_EQ(downloads.countByStatus(), (Counts{{music::DownloadStatus::waiting, 1},
                                                 {music::DownloadStatus::completed, 1},
                                                 {music::DownloadStatus::failed, 1}}));
    EXPECT_EQ(downloads.retryFailed(9), 1);
    claimed = downloads.claim(1);
    EXPECT_EQ(claimed.front().trackId, "t2");
    EXPECT_EQ(claimed.front().errorMessage, std::nullopt);
    EXPECT_EQ(downloads.release(music::now() - std::chrono::hours(1)), 0);
    EXPECT_EQ(downloads.release(music::now() + std::chrono::hours(1)), 1);
  });
}

TEST_P(MusicRepositoryTest, UpgradesAreTakenByTheirScore) {
  write([](UnitOfWork& work) {
    music::Artists(work).add(artistOf("a", "A"));
    music::Tracks(work).add(trackOf("t", "a", "T"));
    auto download = fresh<music::Download>();
    download.trackId = "t";
    music::Downloads(work).add(download);
    music::UpgradeCandidates candidates(work);
    for (const double score : {0.25, 0.75}) {
      auto candidate = fresh<music::UpgradeCandidate>();
      candidate.trackId = "t";
      candidate.improvementScore = score;
      candidates.add(candidate);
    }
    auto best = candidates.open(1).front();
    EXPECT_EQ(best.improvementScore, 0.75);
    candidates.take(best, download.id);
    EXPECT_EQ(candidates.open(5).size(), 1U);
  });
}

TEST_P(MusicRepositoryTest, DuplicatesFollowTheHashes) {
  write([](UnitOfWork& work) {
    music::Artists(work).add(artistOf("a", "A"));
    music::Tracks tracks(work);
    for (const char* id : {"t1", "t2", "t3"}) {
      auto track = trackOf(id, "a", id);
      track.fileHash = "h";
      track.fileSize = 10;
      tracks.add(track);
    }
    music::FileDuplicates duplicates(work);
    duplicates.refresh("xxh3-128");
    auto found = duplicates.unresolved(10);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front().duplicateCount, 3);
    EXPECT_EQ(found.front().totalSizeBytes, 30);
    EXPECT_EQ(found.front().primaryTrackId, "t1");
    tracks.remove("t3");
    duplicates.refresh("xxh3-128");
    EXPECT_EQ(duplicates.unresolved(10).front().duplicateCount, 2);
    tracks.remove("t2");
    duplicates.refresh("xxh3-128");
    EXPECT_TRUE(duplicates.unresolved(10).empty());
    EXPECT_EQ(duplicates.count(), 1);
    tracks.remove("t1");
    EXPECT_EQ(duplicates.count(), 0);
    EXPECT_EQ(music::LibraryScans(work).latest(), std::nullopt);
  });
}

TEST_P(MusicRepositoryTest, WatchedArtistsAreDueByTheirOwnFrequency) {
  write([](UnitOfWork& work) {
    music::Artists(work).add(artistOf("a", "A"));
    music::Watchlists watchlists(work);
    const auto moment = music::now();
    const auto watch = [&](const std::string& id, std::int32_t hours, int hoursAgo, bool paused) {
      auto row = fresh<music::ArtistWatchlist>();
      row.id = id;
      row.artistId = "a";
      row.checkFrequencyHours = hours;
      if (hoursAgo > 0) row.lastCheckedAt = moment - std::chrono::hours(hoursAgo);
      if (paused) row.status = music::WatchStatus::paused;
      watchlists.add(row);
    };
    watch("never", 24, 0, false);
    watch("recently", 24, 20, false);
    watch("often", 5, 20, false);
    watch("long ago", 24, 30, false);
    watch("paused", 1, 30, true);
    EXPECT_EQ(joined(watchlists.due(moment, 10), &music::ArtistWatchlist::id),
              "never long ago often");
    watchlists.checked("never", 3, 2);
    EXPECT_EQ(watchlists.get("never")->totalReleasesFound, 3);
    EXPECT_EQ(joined(watchlists.due(moment, 10), &music::ArtistWatchlist::id), "long ago often");
  });
}

TEST_P(MusicRepositoryTest, RulesApplyByPriority) {
  write([](UnitOfWork& work) {
    music::FilterRules filters(work);
    music::AutomationRules rules(work);
    for (int i = 0; i < 3; ++i) {
      auto filter = fresh<music::FilterRule>();
      filter.name = "f" + std::to_string(i);
      filter.priority = i;
      filter.enabled = i != 1;
      filters.add(filter);
      auto rule = fresh<music::AutomationRule>();
      rule.id = rule.name = "r" + std::to_string(i);
      rule.trigger = i == 0 ? music::Trigger::missing_album : music::Trigger::new_release;
      rule.priority = i;
      rules.add(rule);
    }
    EXPECT_EQ(joined(filters.enabled(music::FilterType::whitelist), &music::FilterRule::name),
              "f2 f0");
    EXPECT_EQ(joined(rules.enabled(music::Trigger::new_release), &music::AutomationRule::name),
              "r2 r1");
    rules.executed("r1", true);
    rules.executed("r1", false);
    const auto rule = rules.get("r1");
    EXPECT_EQ(rule->totalExecutions, 2);
    EXPECT_EQ(rule->successfulExecutions, 1);
    EXPECT_EQ(rule->failedExecutions, 1);
    EXPECT_TRUE(rule->lastTriggeredAt);
  });
}

TEST_P(MusicRepositoryTest, TheDashboardHoldsOneWidgetAPlace) {
  write([](UnitOfWork& work) {
    music::Dashboard dashboard(work);
    music::Widget widget{0, "clock", "Clock", "clock.html", Json{R"({"zone": null})"}};
    dashboard.declare(widget);
    const auto id = widget.id;
    widget.name = "The Clock";
    dashboard.declare(widget);
    EXPECT_EQ(widget.id, id);
    music::DashboardPage page{0, "Mine", "mine", true, music::now(), music::now()};
    Repository<music::DashboardPage>(work).add(page);
    EXPECT_EQ(dashboard.page("mine")->id, page.id);
    EXPECT_TRUE(dashboard.defaultPage());
    music::WidgetInstance instance;
    instance.pageId = page.id;
    instance.widgetType = "clock";
    dashboard.place(instance);
    EXPECT_EQ(dashboard.widgets(page.id).front().widget->name, "The Clock");
    instance.id = 0;
    EXPECT_EQ(kindOf([&] { work.nested([&] { dashboard.place(instance); }); }), ErrorKind::unique);
  });
}

REPOT_INSTANTIATE_CONFORMANCE(MusicRepositoryTest);

}  // namespace
}  // namespace conformance
