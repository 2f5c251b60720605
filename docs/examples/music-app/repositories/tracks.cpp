#include "entities/downloads.hpp"
#include "entities/playlists.hpp"
#include "entities/scans.hpp"
#include "repositories/catalog.hpp"

namespace music {

using repot::Case;
using repot::Query;
using repot::where;

std::optional<Track> Tracks::byIsrc(const std::string& isrc) {
  return findOne(where(&Track::isrc) == isrc);
}

std::optional<Track> Tracks::bySpotifyUri(const std::string& uri) {
  return findOne(where(&Track::spotifyUri) == uri);
}

std::optional<Track> Tracks::byMusicbrainzId(const std::string& id) {
  return findOne(where(&Track::musicbrainzId) == id);
}

std::vector<Track> Tracks::byTitleAndArtist(const std::string& title, const std::string& artist) {
  std::vector<Track> tracks;
  for (auto& [track] : Query(work_)
                           .from<Track>()
                           .join(&Track::artistId, &Artist::id)
                           .where(where(&Track::title).equalsIgnoringCase(title))
                           .where(where(&Artist::name).equalsIgnoringCase(artist))
                           .orderBy(&Track::id)
                           .select(repot::entity<Track>()))
    tracks.push_back(std::move(track));
  return tracks;
}

std::vector<Track> Tracks::byPaths(const std::vector<std::string>& paths) {
  return find(where(&Track::filePath).in(paths));
}

std::vector<Track> Tracks::withAnyKeyOf(const Track& known) {
  std::optional<repot::Criterion<Track>> same;
  for (const auto key : {&Track::isrc, &Track::spotifyUri, &Track::musicbrainzId}) {
    if (!(known.*key)) continue;
    const auto equal = where(key) == *(known.*key);
    same = same ? *same || equal : equal;
  }
  if (!same) throw repot::Error(repot::ErrorKind::usage, "a provider's track needs a key");
  return find(*same, repot::Selection<Track>().orderBy(&Track::id));
}

std::size_t Tracks::store(const Track& known) {
  auto stored = withAnyKeyOf(known);
  if (stored.empty()) {
    if (addIfAbsent(known)) return 0;
    throw repot::Error(repot::ErrorKind::conflict, "somebody else was faster");
  }
  Track& kept = stored.front();
  for (std::size_t i = 1; i < stored.size(); ++i)
    mergeInto(kept, stored[i]);
  for (const auto key : {&Track::isrc, &Track::spotifyUri, &Track::musicbrainzId}) {
    if (!(kept.*key)) kept.*key = known.*key;
  }
  kept.updatedAt = now();
  updateOrConflict(kept);
  return stored.size() - 1;
}

/// `other` turns out to be the same track: what refers to it goes over, and so do its keys.
void Tracks::mergeInto(Track& kept, const Track& other) {
  repot::Repository<Download> downloads(work_);
  if (!downloads.exists(where(&Download::trackId) == kept.id)) {
    downloads.updateWhere(where(&Download::trackId) == other.id,
                          repot::assign(&Download::trackId, kept.id));
  }
  repot::Repository<PlaylistTrack> entries(work_);
  for (PlaylistTrack& entry : entries.find(where(&PlaylistTrack::trackId) == other.id)) {
    entry.trackId = kept.id;
    entries.addIfAbsent(entry);
  }
  repot::Repository<UpgradeCandidate>(work_).updateWhere(
      where(&UpgradeCandidate::trackId) == other.id,
      repot::assign(&UpgradeCandidate::trackId, kept.id));
  repot::Repository<FileDuplicate>(work_).updateWhere(
      where(&FileDuplicate::primaryTrackId) == other.id,
      repot::assign(&FileDuplicate::primaryTrackId, std::optional(kept.id)));
  // A row that changed meanwhile may have learnt a key that would be lost with it.
  if (removeWhere(where(&Track::id) == other.id && where(&Track::version) == other.version) != 1)
    throw repot::Error(repot::ErrorKind::conflict, "the other row has changed");
  for (const auto text : {&Track::isrc, &Track::spotifyUri, &Track::musicbrainzId, &Track::filePath,
                          &Track::albumId}) {
    if (!(kept.*text)) kept.*text = other.*text;
  }
}

void Tracks::updateOrConflict(Track& track) {
  try {
    work_.nested([&] { update(track); });
  } catch (const repot::Error& error) {
    if (error.kind() != repot::ErrorKind::unique) throw;
    throw repot::Error(repot::ErrorKind::conflict, "somebody else has stored one of its keys");
  }
}

std::vector<Track> Tracks::search(const std::string& text, std::int64_t limit) {
  std::vector<Track> tracks;
  for (auto& [track] : Query(work_)
                           .from<Track>()
                           .join(&Track::artistId, &Artist::id)
                           .leftJoin(&Track::albumId, &Album::id)
                           .whereAny(where(&Track::title).contains(text, Case::ignored),
                                     where(&Artist::name).contains(text, Case::ignored),
                                     where(&Album::title).contains(text, Case::ignored))
                           .orderBy(&Track::title)
                           .orderBy(&Track::id)
                           .limit(limit)
                           .select(repot::entity<Track>()))
    tracks.push_back(std::move(track));
  loadArtistsAndAlbums(work_, tracks);
  return tracks;
}

namespace {

repot::Selection<Track> listOrder() {
  return repot::Selection<Track>().orderBy(&Track::title);
}

}  // namespace

repot::Page<Track> Tracks::list(std::int64_t limit, const std::optional<repot::Cursor>& after,
                                const std::optional<repot::Criterion<Track>>& criterion) {
  auto found = page(listOrder().limit(limit), after, criterion);
  loadArtistsAndAlbums(work_, found.rows);
  return found;
}

repot::Cursor Tracks::listCursor(std::string_view text) {
  return cursor(text, listOrder());
}

std::vector<Track> Tracks::broken(std::int64_t limit) {
  return find(
      where(&Track::isBroken) == true,
      repot::Selection<Track>().orderBy(&Track::isBroken).orderBy(&Track::updatedAt).limit(limit));
}

std::vector<Track> Tracks::neverScanned(std::int64_t limit) {
  return find(where(&Track::lastScannedAt).isNull() && where(&Track::filePath).isNotNull(),
              repot::Selection<Track>().orderBy(&Track::id).limit(limit));
}

std::vector<SameFile> Tracks::sameFiles() {
  std::vector<SameFile> groups;
  for (const auto& [hash, files, bytes, first] :
       Query(work_)
           .from<Track>()
           .where(where(&Track::fileHash).isNotNull())
           .groupBy(&Track::fileHash)
           .having(repot::count(), ">", 1)
           .orderBy(&Track::fileHash)
           .select(repot::column(&Track::fileHash), repot::count(), repot::sum(&Track::fileSize),
                   repot::min(&Track::id)))
    groups.push_back({hash.value_or(""), files, bytes.value_or(0), first.value_or("")});
  return groups;
}

std::vector<std::string> Tracks::formats() {
  std::vector<std::string> formats;
  for (auto& [format] : Query(work_)
                            .from<Track>()
                            .where(where(&Track::audioFormat).isNotNull())
                            .distinct()
                            .orderBy(&Track::audioFormat)
                            .select(repot::column(&Track::audioFormat)))
    formats.push_back(std::move(*format));
  return formats;
}

void loadArtistsAndAlbums(repot::UnitOfWork& work, std::span<Track> tracks) {
  trackArtist.load(work, tracks);
  trackAlbum.load(work, tracks);
}

}  // namespace music
