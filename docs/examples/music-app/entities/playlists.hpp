// Playlists, and the tracks in them in their order.
#pragma once

#include "entities/catalog.hpp"

namespace music {

enum class PlaylistSource { manual, spotify };
BOOST_DESCRIBE_ENUM(PlaylistSource, manual, spotify)

struct Playlist {
  std::string id;
  std::string name;
  std::optional<std::string> description;
  PlaylistSource source = PlaylistSource::manual;
  std::optional<std::string> spotifyUri;
  repot::Timestamp createdAt{}, updatedAt{};
};
BOOST_DESCRIBE_STRUCT(Playlist, (),
                      (id, name, description, source, spotifyUri, createdAt, updatedAt))

struct PlaylistTrack {
  std::string playlistId;
  std::string trackId;
  std::int64_t position = 0;
  repot::Timestamp addedAt{};
  std::shared_ptr<Track> track;
};
BOOST_DESCRIBE_STRUCT(PlaylistTrack, (), (playlistId, trackId, position, addedAt))

}  // namespace music

template <>
struct repot::Mapping<music::Playlist> {
  static EntityMap<music::Playlist> map() {
    using music::Playlist;
    return described<Playlist>("playlists",
                               Roles<Playlist>().key(&Playlist::id).unique(&Playlist::spotifyUri))
        .index(&Playlist::name);
  }
};

template <>
struct repot::Mapping<music::PlaylistTrack> {
  static EntityMap<music::PlaylistTrack> map() {
    using music::PlaylistTrack;
    return described<PlaylistTrack>(
               "playlist_tracks",
               Roles<PlaylistTrack>().key(&PlaylistTrack::playlistId).key(&PlaylistTrack::trackId))
        .references(&PlaylistTrack::playlistId, "playlists", "id", OnDelete::cascade)
        .references(&PlaylistTrack::trackId, "tracks", "id", OnDelete::cascade)
        .index(&PlaylistTrack::playlistId, &PlaylistTrack::position);
  }
};

namespace music {

inline const auto entryTrack =
    repot::belongsTo(&PlaylistTrack::track, &PlaylistTrack::trackId, &Track::id);

}  // namespace music
