// Playlists in pages, and tracks put in between.
#pragma once

#include "entities/playlists.hpp"

namespace music {

class Playlists : public repot::Repository<Playlist> {
 public:
  explicit Playlists(repot::UnitOfWork& work) : Repository(work), work_(work) {}
  std::optional<Playlist> bySpotifyUri(const std::string& uri);
  /// By position; each entry with its track, artist and album, in four statements.
  repot::Page<PlaylistTrack> entries(const std::string& playlistId, std::int64_t limit,
                                     const std::optional<repot::Cursor>& after = {});
  /// Puts a track at `position`, or moves it there; those from there on make room.
  void place(const std::string& playlistId, const std::string& trackId, std::int64_t position);

 private:
  repot::UnitOfWork& work_;
};

}  // namespace music
