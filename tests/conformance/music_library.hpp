// Entities of a music library, as an application would write them, for the acceptance scenarios.
#pragma once

#include <repot/describe.hpp>
#include <repot/repot.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace music {

struct Artist {
  std::string id;
  std::string name;
  std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Artist, (), (id, name, version))

struct Album {
  std::string id;
  std::string title;
  std::string artistId;
};

struct Track {
  std::string id;
  std::string title;
  std::string artistId;
  std::optional<std::string> albumId;
  std::optional<std::string> isrc, spotifyUri, musicbrainzId;
  std::optional<std::string> fileHash;
  std::optional<std::int64_t> fileSize;
  bool broken = false;
  repot::Timestamp updatedAt{};
  std::int64_t version = 0;
  std::shared_ptr<Artist> artist;
  std::shared_ptr<Album> album;
};

enum class Status { waiting, active, completed, failed };
BOOST_DESCRIBE_ENUM(Status, waiting, active, completed, failed)

struct Download {
  std::string id;
  std::string trackId;
  Status status = Status::waiting;
  std::int64_t priority = 0;
  repot::Timestamp createdAt{};
  std::shared_ptr<Track> track;
};

struct PlaylistTrack {
  std::string playlistId;
  std::string trackId;
  std::int64_t position = 0;
  std::shared_ptr<Track> track;
};

struct LibraryScan {
  std::string id;
  std::int64_t scanned = 0, added = 0, updated = 0;
};
BOOST_DESCRIBE_STRUCT(LibraryScan, (), (id, scanned, added, updated))

struct Watchlist {
  std::string id;
  std::string artistId;
};

struct Candidate {
  std::string id;
  std::string trackId;
  std::optional<std::string> downloadId;
};

inline const auto trackArtist = repot::belongsTo(&Track::artist, &Track::artistId, &Artist::id);
inline const auto trackAlbum = repot::belongsTo(&Track::album, &Track::albumId, &Album::id);
inline const auto downloadTrack =
    repot::belongsTo(&Download::track, &Download::trackId, &Track::id);
inline const auto entryTrack =
    repot::belongsTo(&PlaylistTrack::track, &PlaylistTrack::trackId, &Track::id);

}  // namespace music

namespace repot {

template <>
struct Mapping<music::Artist> {
  static EntityMap<music::Artist> map() {
    using music::Artist;
    return described<Artist>(
        "artists",
        Roles<Artist>().key(&Artist::id).unique(&Artist::name).version(&Artist::version));
  }
};

template <>
struct Mapping<music::Album> {
  static EntityMap<music::Album> map() {
    using music::Album;
    return EntityMap<Album>("albums")
        .key("id", &Album::id)
        .field("title", &Album::title)
        .reference("artist_id", &Album::artistId, "artists", "id", OnDelete::cascade);
  }
};

template <>
struct Mapping<music::Track> {
  static EntityMap<music::Track> map() {
    using music::Track;
    return EntityMap<Track>("tracks")
        .key("id", &Track::id)
        .field("title", &Track::title)
        .reference("artist_id", &Track::artistId, "artists", "id", OnDelete::cascade)
        .reference("album_id", &Track::albumId, "albums", "id", OnDelete::setNull)
        .unique("isrc", &Track::isrc)
        .unique("spotify_uri", &Track::spotifyUri)
        .unique("musicbrainz_id", &Track::musicbrainzId)
        .field("file_hash", &Track::fileHash)
        .field("file_size", &Track::fileSize)
        .field("is_broken", &Track::broken)
        .field("updated_at", &Track::updatedAt)
        .version("version", &Track::version)
        .index(&Track::title)
        .index(&Track::fileHash)
        .index(&Track::broken, &Track::updatedAt);
  }
};

template <>
struct Mapping<music::Download> {
  static EntityMap<music::Download> map() {
    using music::Download;
    return EntityMap<Download>("downloads")
        .key("id", &Download::id)
        .reference("track_id", &Download::trackId, "tracks", "id", OnDelete::cascade)
        .field("status", &Download::status)
        .field("priority", &Download::priority)
        .field("created_at", &Download::createdAt)
        .index(&Download::status, &Download::priority, &Download::createdAt);
  }
};

template <>
struct Mapping<music::PlaylistTrack> {
  static EntityMap<music::PlaylistTrack> map() {
    using music::PlaylistTrack;
    return EntityMap<PlaylistTrack>("playlist_tracks")
        .key("playlist_id", &PlaylistTrack::playlistId)
        .key("track_id", &PlaylistTrack::trackId)
        .references(&PlaylistTrack::trackId, "tracks", "id", OnDelete::cascade)
        .field("position", &PlaylistTrack::position)
        .index(&PlaylistTrack::playlistId, &PlaylistTrack::position);
  }
};

template <>
struct Mapping<music::LibraryScan> {
  static EntityMap<music::LibraryScan> map() {
    using music::LibraryScan;
    return described<LibraryScan>("library_scans", Roles<LibraryScan>().key(&LibraryScan::id));
  }
};

template <>
struct Mapping<music::Watchlist> {
  static EntityMap<music::Watchlist> map() {
    using music::Watchlist;
    return EntityMap<Watchlist>("artist_watchlists")
        .key("id", &Watchlist::id)
        .reference("artist_id", &Watchlist::artistId, "artists", "id", OnDelete::cascade);
  }
};

template <>
struct Mapping<music::Candidate> {
  static EntityMap<music::Candidate> map() {
    using music::Candidate;
    return EntityMap<Candidate>("quality_upgrade_candidates")
        .key("id", &Candidate::id)
        .reference("track_id", &Candidate::trackId, "tracks", "id", OnDelete::cascade)
        .reference("download_id", &Candidate::downloadId, "downloads", "id", OnDelete::setNull);
  }
};

}  // namespace repot
