// What there is to hear: artists, their albums, the tracks and the files they are in.
#pragma once

#include "entities/common.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace music {

struct Artist {
  std::string id;
  std::string name;
  std::optional<std::string> spotifyUri, musicbrainzId;
  repot::Timestamp createdAt{}, updatedAt{};
  std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Artist, (),
                      (id, name, spotifyUri, musicbrainzId, createdAt, updatedAt, version))

struct Album {
  std::string id;
  std::string title;
  std::string artistId;
  std::optional<std::int32_t> releaseYear;
  std::optional<std::string> spotifyUri, musicbrainzId, artworkPath;
  repot::Timestamp createdAt{}, updatedAt{};
};
BOOST_DESCRIBE_STRUCT(Album, (),
                      (id, title, artistId, releaseYear, spotifyUri, musicbrainzId, artworkPath,
                       createdAt, updatedAt))

struct Track {
  std::string id;
  std::string title;
  std::string artistId;
  std::optional<std::string> albumId;
  std::int64_t durationMs = 0;
  std::optional<std::int32_t> trackNumber;
  std::int32_t discNumber = 1;
  std::optional<std::string> spotifyUri, musicbrainzId, isrc;
  std::optional<std::string> filePath;
  repot::Timestamp createdAt{}, updatedAt{};
  std::optional<std::int64_t> fileSize;
  std::optional<std::string> fileHash, fileHashAlgorithm;
  std::optional<repot::Timestamp> lastScannedAt;
  bool isBroken = false;
  std::optional<std::int32_t> audioBitrate;
  std::optional<std::string> audioFormat;
  std::optional<std::int32_t> audioSampleRate;
  std::int64_t version = 0;
  // Not columns: the relations below put them in.
  std::shared_ptr<Artist> artist;
  std::shared_ptr<Album> album;
};
BOOST_DESCRIBE_STRUCT(Track, (),
                      (id, title, artistId, albumId, durationMs, trackNumber, discNumber,
                       spotifyUri, musicbrainzId, isrc, filePath, createdAt, updatedAt, fileSize,
                       fileHash, fileHashAlgorithm, lastScannedAt, isBroken, audioBitrate,
                       audioFormat, audioSampleRate, version))

}  // namespace music

template <>
struct repot::Mapping<music::Artist> {
  static EntityMap<music::Artist> map() {
    using music::Artist;
    return described<Artist>("artists", Roles<Artist>()
                                            .key(&Artist::id)
                                            .unique(&Artist::spotifyUri)
                                            .unique(&Artist::musicbrainzId)
                                            .version(&Artist::version))
        .index(&Artist::name)
        .index(&Artist::updatedAt);
  }
};

template <>
struct repot::Mapping<music::Album> {
  static EntityMap<music::Album> map() {
    using music::Album;
    return described<Album>("albums", Roles<Album>()
                                          .key(&Album::id)
                                          .unique(&Album::spotifyUri)
                                          .unique(&Album::musicbrainzId))
        .references(&Album::artistId, "artists", "id", OnDelete::cascade)
        .index(&Album::artistId)
        .index(&Album::title)
        .index(&Album::title, &Album::artistId)
        .index(&Album::releaseYear)
        .index(&Album::updatedAt);
  }
};

template <>
struct repot::Mapping<music::Track> {
  static EntityMap<music::Track> map() {
    using music::Track;
    return described<Track>("tracks", Roles<Track>()
                                          .key(&Track::id)
                                          .unique(&Track::spotifyUri)
                                          .unique(&Track::musicbrainzId)
                                          .unique(&Track::isrc)
                                          .version(&Track::version))
        .references(&Track::artistId, "artists", "id", OnDelete::cascade)
        .references(&Track::albumId, "albums", "id", OnDelete::setNull)
        .index(&Track::title)
        .index(&Track::title, &Track::artistId)
        .index(&Track::albumId, &Track::trackNumber)
        .index(&Track::albumId, &Track::discNumber, &Track::trackNumber)
        .index(&Track::filePath)
        .index(&Track::fileHash)
        .index(&Track::lastScannedAt)
        .index(&Track::isBroken)
        .index(&Track::isBroken, &Track::updatedAt)
        .index(&Track::updatedAt);
  }
};

namespace music {

inline const auto trackArtist = repot::belongsTo(&Track::artist, &Track::artistId, &Artist::id);
inline const auto trackAlbum = repot::belongsTo(&Track::album, &Track::albumId, &Album::id);

}  // namespace music
