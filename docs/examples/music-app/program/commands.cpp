#include "program/commands.hpp"

#include "program/scan.hpp"
#include "program/workers.hpp"
#include "repositories/catalog.hpp"
#include "repositories/downloads.hpp"
#include "repositories/scans.hpp"

#include <fmt/core.h>

#include <filesystem>

namespace music {

using repot::UnitOfWork;

void scanCommand(repot::Database& database, const std::string& folder) {
  const LibraryScan scan = scanFolder(database, folder);
  fmt::print("{} files: {} new, {} updated, {} broken, {} duplicates\n", scan.scannedFiles,
             scan.newFiles, scan.updatedFiles, scan.brokenFiles, scan.duplicateFiles);
  if (scan.errorMessage) fmt::print(stderr, "music: {}\n", *scan.errorMessage);
}

void downloadCommand(repot::Database& database, const DownloadOptions& options) {
  const auto queued =
      database.write([&](UnitOfWork& work) { return Downloads(work).enqueue(options.count); });
  // Where a real application would fetch the file, this one only looks that the work is complete.
  const auto result = emptyQueue(database, options.workers, [](const Download& download) {
    if (!download.track || !download.track->artist)
      throw repot::Error(repot::ErrorKind::notFound, "a download without a track");
  });
  fmt::print("{} queued, {} completed, {} failed\n", queued, result.completed, result.failed);
}

namespace {

void print(const Track& track) {
  fmt::print("{} - {}{}{}\n", track.artist ? track.artist->name : "?",
             track.album ? track.album->title + " - " : "", track.title,
             track.isBroken ? " (broken)" : "");
}

}  // namespace

void listCommand(repot::Database& database, const ListOptions& options) {
  database.read([&](UnitOfWork& work) {
    Tracks tracks(work);
    if (!options.search.empty()) {
      for (const Track& track : tracks.search(options.search, options.limit))
        print(track);
      return;
    }
    std::optional<repot::Criterion<Track>> wanted;
    if (!options.artist.empty()) {
      const auto artist = Artists(work).byName(options.artist);
      if (!artist) {
        throw repot::Error(repot::ErrorKind::notFound,
                           "there is no artist " + options.artist + "; try --search");
      }
      wanted = repot::where(&Track::artistId) == artist->id;
    }
    std::optional<repot::Cursor> after;
    if (!options.after.empty()) after = tracks.listCursor(options.after);
    const auto page = tracks.list(options.limit, after, wanted);
    for (const Track& track : page.rows)
      print(track);
    if (page.next) fmt::print("more: --after '{}'\n", page.next->toString());
  });
}

void statusCommand(repot::Database& database) {
  database.read([](UnitOfWork& work) {
    fmt::print("{} artists, {} albums, {} tracks ({} broken)\n", Artists(work).count(),
               Albums(work).count(), Tracks(work).count(),
               Tracks(work).count(repot::where(&Track::isBroken) == true));
    for (const auto& [status, number] : Downloads(work).countByStatus())
      fmt::print("downloads {}: {}\n", boost::describe::enum_to_string(status, "?"), number);
    for (const FileDuplicate& same : FileDuplicates(work).unresolved(10))
      fmt::print("{} files of the same content, {} bytes\n", same.duplicateCount,
                 same.totalSizeBytes);
  });
}

}  // namespace music
