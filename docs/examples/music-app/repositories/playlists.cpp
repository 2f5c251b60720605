#include "repositories/playlists.hpp"

#include "repositories/catalog.hpp"

namespace music {

using repot::where;

std::optional<Playlist> Playlists::bySpotifyUri(const std::string& uri) {
  return findOne(where(&Playlist::spotifyUri) == uri);
}

repot::Page<PlaylistTrack> Playlists::entries(const std::string& playlistId, std::int64_t limit,
                                              const std::optional<repot::Cursor>& after) {
  auto page = repot::Repository<PlaylistTrack>(work_).page(
      repot::Selection<PlaylistTrack>().orderBy(&PlaylistTrack::position).limit(limit), after,
      where(&PlaylistTrack::playlistId) == playlistId);
  loadTracks(work_, page.rows, entryTrack);
  return page;
}

void Playlists::place(const std::string& playlistId, const std::string& trackId,
                      std::int64_t position) {
  repot::Repository<PlaylistTrack> entries(work_);
  entries.updateWhere(where(&PlaylistTrack::playlistId) == playlistId &&
                          where(&PlaylistTrack::position) >= position,
                      repot::increase(&PlaylistTrack::position, 1));
  PlaylistTrack entry = entries.get(playlistId, trackId)
                            .value_or(PlaylistTrack{playlistId, trackId, 0, now(), nullptr});
  entry.position = position;
  entries.upsert(entry);
}

}  // namespace music
