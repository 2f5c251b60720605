#include "repositories/catalog.hpp"

namespace music {

using repot::where;

namespace {

/// The oldest of those that are the same to a listener.
template <typename Entity>
std::optional<Entity> first(repot::Repository<Entity>& repository,
                            const repot::Criterion<Entity>& criterion) {
  auto found = repository.find(
      criterion,
      repot::Selection<Entity>().orderBy(&Entity::createdAt).orderBy(&Entity::id).limit(1));
  return found.empty() ? std::nullopt : std::optional<Entity>(std::move(found.front()));
}

}  // namespace

std::optional<Artist> Artists::bySpotifyUri(const std::string& uri) {
  return findOne(where(&Artist::spotifyUri) == uri);
}

std::optional<Artist> Artists::byMusicbrainzId(const std::string& id) {
  return findOne(where(&Artist::musicbrainzId) == id);
}

std::optional<Artist> Artists::byName(const std::string& name) {
  return first<Artist>(*this, where(&Artist::name).equalsIgnoringCase(name));
}

Artist Artists::ensure(const std::string& name) {
  // The index finds the exact name; only a name in other letters costs a look at all.
  if (auto exact = first<Artist>(*this, where(&Artist::name) == name)) return std::move(*exact);
  if (auto found = byName(name)) return std::move(*found);
  auto artist = fresh<Artist>();
  artist.name = name;
  add(artist);
  return artist;
}

std::optional<Album> Albums::bySpotifyUri(const std::string& uri) {
  return findOne(where(&Album::spotifyUri) == uri);
}

std::optional<Album> Albums::byMusicbrainzId(const std::string& id) {
  return findOne(where(&Album::musicbrainzId) == id);
}

Album Albums::ensure(const std::string& artistId, const std::string& title) {
  if (auto found = first<Album>(*this, where(&Album::artistId) == artistId &&
                                           where(&Album::title).equalsIgnoringCase(title))) {
    return std::move(*found);
  }
  auto album = fresh<Album>();
  album.artistId = artistId;
  album.title = title;
  add(album);
  return album;
}

std::vector<Album> Albums::ofArtist(const std::string& artistId) {
  return find(where(&Album::artistId) == artistId,
              repot::Selection<Album>().orderBy(&Album::releaseYear).orderBy(&Album::title));
}

}  // namespace music
