#include "repositories/scans.hpp"

#include "repositories/catalog.hpp"

#include <map>

namespace music {

using repot::assign;
using repot::increase;
using repot::where;

void LibraryScans::advance(const std::string& id, const ScanProgress& progress) {
  updateWhere(where(&LibraryScan::id) == id, increase(&LibraryScan::scannedFiles, progress.scanned),
              increase(&LibraryScan::newFiles, progress.added),
              increase(&LibraryScan::updatedFiles, progress.updated),
              increase(&LibraryScan::brokenFiles, progress.broken),
              increase(&LibraryScan::duplicateFiles, progress.duplicates),
              assign(&LibraryScan::updatedAt, now()));
}

void LibraryScans::finish(const std::string& id, ScanStatus status, const std::string& message) {
  updateWhere(
      where(&LibraryScan::id) == id, assign(&LibraryScan::status, status),
      assign(&LibraryScan::errorMessage, message.empty() ? std::nullopt : std::optional(message)),
      assign(&LibraryScan::completedAt, std::optional(now())),
      assign(&LibraryScan::updatedAt, now()));
}

std::optional<LibraryScan> LibraryScans::latest() {
  auto found = findAll(repot::Selection<LibraryScan>()
                           .orderBy(&LibraryScan::startedAt, true)
                           .orderBy(&LibraryScan::id)
                           .limit(1));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

void FileDuplicates::refresh(const std::string& algorithm) {
  std::map<std::string, FileDuplicate> known;
  for (FileDuplicate& row : findAll())
    known.emplace(row.fileHash, std::move(row));
  std::vector<FileDuplicate> added, changed;
  for (const SameFile& same : Tracks(work_).sameFiles()) {
    auto found = known.extract(same.hash);
    auto row = found ? std::move(found.mapped()) : fresh<FileDuplicate>();
    row.fileHash = same.hash;
    row.fileHashAlgorithm = algorithm;
    row.primaryTrackId = same.firstTrackId;
    row.duplicateCount = static_cast<std::int32_t>(same.files);
    row.totalSizeBytes = same.bytes;
    row.resolved = false;
    row.updatedAt = now();
    (found ? changed : added).push_back(std::move(row));
  }
  for (auto& [hash, row] : known) {
    row.resolved = true;
    row.updatedAt = now();
    changed.push_back(std::move(row));
  }
  addAll(added);
  updateAll(changed);
}

std::vector<FileDuplicate> FileDuplicates::unresolved(std::int64_t limit) {
  return find(where(&FileDuplicate::resolved) == false,
              repot::Selection<FileDuplicate>()
                  .orderBy(&FileDuplicate::totalSizeBytes, true)
                  .orderBy(&FileDuplicate::fileHash)
                  .limit(limit));
}

}  // namespace music
