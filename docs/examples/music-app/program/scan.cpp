#include "program/scan.hpp"

#include "repositories/catalog.hpp"
#include "repositories/scans.hpp"

#include <repot/formats.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace music {
namespace {

namespace fs = std::filesystem;

struct Walk {
  std::vector<ScannedFile> files;
  std::int64_t unnamed = 0;  ///< Files whose names are no UTF-8, which no database takes as text.
};

bool isText(const std::string& path) {
  try {
    repot::formats::checkText(path);
    return true;
  } catch (const repot::Error&) {
    return false;
  }
}

Walk walk(const fs::path& root) {
  Walk found;
  for (const auto& entry :
       fs::recursive_directory_iterator(root, fs::directory_options::skip_permission_denied)) {
    std::error_code gone;
    if (!entry.is_regular_file(gone) || !isAudioFile(entry.path())) continue;
    const auto size = entry.file_size(gone);
    const auto time = std::chrono::file_clock::to_sys(entry.last_write_time(gone));
    if (gone) continue;
    if (!isText(entry.path().string())) {
      ++found.unnamed;
      continue;
    }
    AudioFile file{
        entry.path().string(), static_cast<std::int64_t>(size),
        repot::Timestamp(std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch()))};
    found.files.push_back({std::move(file), namesOf(entry.path().lexically_relative(root)), {}});
  }
  std::sort(found.files.begin(), found.files.end(),
            [](const ScannedFile& a, const ScannedFile& b) { return a.file.path < b.file.path; });
  return found;
}

/// Artists and albums of a batch; found or added once each.
class Shelves {
 public:
  explicit Shelves(repot::UnitOfWork& work) : work_(work) {}
  void place(Track& track, const AudioNames& names) {
    auto& artist = artists_[names.artist];
    if (artist.empty()) artist = Artists(work_).ensure(names.artist).id;
    track.artistId = artist;
    if (names.album.empty()) return;
    auto& album = albums_[{artist, names.album}];
    if (album.empty()) album = Albums(work_).ensure(artist, names.album).id;
    track.albumId = album;
  }

 private:
  repot::UnitOfWork& work_;
  std::map<std::string, std::string> artists_;
  std::map<std::pair<std::string, std::string>, std::string> albums_;
};

bool isUnchanged(const Track& track, const AudioFile& file) {
  return track.fileSize == file.size && track.lastScannedAt &&
         file.modifiedAt < *track.lastScannedAt;
}

Track trackOf(const ScannedFile& found, Track track) {
  track.title = found.names.title;
  if (found.names.number != 0) track.trackNumber = found.names.number;
  track.filePath = found.file.path;
  track.fileSize = found.file.size;
  track.fileHash = found.content.hash;
  track.fileHashAlgorithm = hashAlgorithm;
  track.audioFormat = found.content.format;
  track.isBroken = found.content.broken;
  track.updatedAt = now();
  track.lastScannedAt = track.updatedAt;
  return track;
}

/// How many of the tracks have the content of another one, stored or in the batch before them.
std::int32_t countDuplicates(Tracks& tracks, const std::vector<Track>& batch) {
  std::vector<std::string> hashes;
  std::set<std::string> ids, seen;
  for (const Track& track : batch) {
    hashes.push_back(*track.fileHash);
    ids.insert(track.id);
  }
  for (const Track& track : tracks.find(repot::where(&Track::fileHash).in(hashes))) {
    if (!ids.contains(track.id)) seen.insert(*track.fileHash);
  }
  return static_cast<std::int32_t>(
      std::count_if(hashes.begin(), hashes.end(),
                    [&](const std::string& hash) { return !seen.insert(hash).second; }));
}

std::map<std::string, Track> storedTracks(repot::UnitOfWork& work,
                                          std::span<const ScannedFile> batch) {
  std::vector<std::string> paths;
  for (const ScannedFile& found : batch)
    paths.push_back(found.file.path);
  std::map<std::string, Track> stored;
  for (Track& track : Tracks(work).byPaths(paths)) {
    std::string path = *track.filePath;
    stored.emplace(std::move(path), std::move(track));
  }
  return stored;
}

/// Reads the files that are new or have changed; before the unit of work that stores them, as
/// nobody else could write meanwhile.
void readChanged(repot::Database& database, std::span<ScannedFile> batch) {
  const auto stored =
      database.read([&](repot::UnitOfWork& work) { return storedTracks(work, batch); });
  for (ScannedFile& found : batch) {
    const auto known = stored.find(found.file.path);
    if (known == stored.end() || !isUnchanged(known->second, found.file))
      found.content = contentOf(found.file);
  }
}

}  // namespace

void storeBatch(repot::UnitOfWork& work, const std::string& scanId,
                std::span<const ScannedFile> batch) {
  Tracks tracks(work);
  const auto stored = storedTracks(work, batch);
  Shelves shelves(work);
  std::vector<Track> added, updated;
  for (const ScannedFile& found : batch) {
    if (found.content.hash.empty()) continue;
    const auto known = stored.find(found.file.path);
    const bool isNew = known == stored.end();
    Track track = trackOf(found, isNew ? fresh<Track>() : known->second);
    if (isNew) shelves.place(track, found.names);
    (isNew ? added : updated).push_back(std::move(track));
  }
  std::vector<Track> changed = added;
  changed.insert(changed.end(), updated.begin(), updated.end());
  const auto broken = std::count_if(changed.begin(), changed.end(),
                                    [](const Track& track) { return track.isBroken; });
  const ScanProgress progress{static_cast<std::int32_t>(batch.size()),
                              static_cast<std::int32_t>(added.size()),
                              static_cast<std::int32_t>(updated.size()),
                              static_cast<std::int32_t>(broken), countDuplicates(tracks, changed)};
  tracks.addAll(added);
  tracks.updateAll(updated);
  LibraryScans(work).advance(scanId, progress);
}

LibraryScan scanFolder(repot::Database& database, const fs::path& folder) {
  if (!fs::is_directory(folder)) {
    throw repot::Error(repot::ErrorKind::usage,
                       "there is no folder " + folder.string() + "; name one that exists");
  }
  const fs::path root = fs::canonical(folder);
  Walk found = walk(root);
  auto scan = fresh<LibraryScan>();
  scan.scanPath = root.string();
  scan.totalFiles = static_cast<std::int32_t>(found.files.size());
  scan.startedAt = scan.createdAt;
  database.write([&](repot::UnitOfWork& work) { LibraryScans(work).add(scan); });
  const auto finish = [&](ScanStatus status, const std::string& message) {
    return database.write([&](repot::UnitOfWork& work) {
      LibraryScans(work).finish(scan.id, status, message);
      return *LibraryScans(work).get(scan.id);
    });
  };
  try {
    const std::span files(found.files);
    for (std::size_t first = 0; first < files.size(); first += scanBatch) {
      const auto batch = files.subspan(first, std::min(scanBatch, files.size() - first));
      readChanged(database, batch);
      database.write([&](repot::UnitOfWork& work) { storeBatch(work, scan.id, batch); },
                     {.retryConflicts = true});
    }
    database.write([](repot::UnitOfWork& work) { FileDuplicates(work).refresh(hashAlgorithm); });
  } catch (const std::exception& error) {
    finish(ScanStatus::failed, error.what());
    throw;
  }
  return finish(ScanStatus::completed,
                found.unnamed == 0
                    ? ""
                    : std::to_string(found.unnamed) + " files left out: their names are no UTF-8");
}

}  // namespace music
