// Artists, albums and tracks: found by whatever a provider or a user knows of them.
#pragma once

#include "entities/catalog.hpp"

#include <span>
#include <tuple>
#include <vector>

namespace music {

class Artists : public repot::Repository<Artist> {
 public:
  explicit Artists(repot::UnitOfWork& work) : Repository(work) {}
  std::optional<Artist> bySpotifyUri(const std::string& uri);
  std::optional<Artist> byMusicbrainzId(const std::string& id);
  /// The first one of this name, whatever its letters' case.
  std::optional<Artist> byName(const std::string& name);
  /// As byName(), and adds the artist where there is none.
  Artist ensure(const std::string& name);
};

class Albums : public repot::Repository<Album> {
 public:
  explicit Albums(repot::UnitOfWork& work) : Repository(work) {}
  std::optional<Album> bySpotifyUri(const std::string& uri);
  std::optional<Album> byMusicbrainzId(const std::string& id);
  /// The artist's album of this title, whatever its letters' case; added where there is none.
  Album ensure(const std::string& artistId, const std::string& title);
  std::vector<Album> ofArtist(const std::string& artistId);
};

/// Files with the same content.
struct SameFile {
  std::string hash;
  std::int64_t files = 0;
  std::int64_t bytes = 0;  ///< Of all of them.
  std::string firstTrackId;
};

class Tracks : public repot::Repository<Track> {
 public:
  explicit Tracks(repot::UnitOfWork& work) : Repository(work), work_(work) {}

  std::optional<Track> byIsrc(const std::string& isrc);
  std::optional<Track> bySpotifyUri(const std::string& uri);
  std::optional<Track> byMusicbrainzId(const std::string& id);
  /// Tracks of this title by an artist of this name, whatever the letters' case.
  std::vector<Track> byTitleAndArtist(const std::string& title, const std::string& artist);
  std::vector<Track> byPaths(const std::vector<std::string>& paths);

  /// Stores what a provider knows of a track: into the row that has any of its three keys, or a new
  /// one. Rows that turn out to be one track become one; returns how many of them are gone. Throws
  /// Error(conflict) where another provider was faster: run it in a unit of work with
  /// UnitOptions::retryConflicts.
  std::size_t store(const Track& known);

  /// Tracks with the text in their title, or in the name of their artist or album.
  std::vector<Track> search(const std::string& text, std::int64_t limit);
  /// By title, with artist and album.
  repot::Page<Track> list(std::int64_t limit, const std::optional<repot::Cursor>& after = {},
                          const std::optional<repot::Criterion<Track>>& criterion = {});
  repot::Cursor listCursor(std::string_view text);

  std::vector<Track> broken(std::int64_t limit);        ///< Those of the oldest change first.
  std::vector<Track> neverScanned(std::int64_t limit);  ///< Work for the next scan.
  std::vector<SameFile> sameFiles();                    ///< Hashes of more than one track.
  std::vector<std::string> formats();                   ///< All that there are, in order.

 private:
  std::vector<Track> withAnyKeyOf(const Track& known);
  void mergeInto(Track& kept, const Track& other);
  void updateOrConflict(Track& track);

  repot::UnitOfWork& work_;
};

/// Artist and album of the tracks, in two statements.
void loadArtistsAndAlbums(repot::UnitOfWork& work, std::span<Track> tracks);

/// The same for the tracks that entities of another table have.
template <typename Entity>
void loadTracks(repot::UnitOfWork& work, std::vector<Entity>& entities,
                const repot::BelongsTo<Entity, Track, std::string, std::string>& relation) {
  relation.load(work, entities);
  std::vector<Track> tracks;
  for (const Entity& entity : entities) {
    if (entity.track) tracks.push_back(*entity.track);
  }
  loadArtistsAndAlbums(work, tracks);
  auto loaded = tracks.begin();
  for (Entity& entity : entities) {
    if (entity.track) *entity.track = std::move(*loaded++);
  }
}

}  // namespace music
