// Scans with their counters, and the files that are there more than once.
#pragma once

#include "entities/scans.hpp"

#include <vector>

namespace music {

/// What a batch of files adds to a scan's counters.
struct ScanProgress {
  std::int32_t scanned = 0, added = 0, updated = 0, broken = 0, duplicates = 0;
};

class LibraryScans : public repot::Repository<LibraryScan> {
 public:
  explicit LibraryScans(repot::UnitOfWork& work) : Repository(work) {}
  /// Adds to the counters in the database, together with the rows that the batch stores.
  void advance(const std::string& id, const ScanProgress& progress);
  void finish(const std::string& id, ScanStatus status, const std::string& message = {});
  std::optional<LibraryScan> latest();
};

class FileDuplicates : public repot::Repository<FileDuplicate> {
 public:
  explicit FileDuplicates(repot::UnitOfWork& work) : Repository(work), work_(work) {}
  /// Brings the table up to date with the tracks' hashes: new ones, changed ones, resolved ones.
  void refresh(const std::string& algorithm);
  std::vector<FileDuplicate> unresolved(std::int64_t limit);  ///< The largest first.

 private:
  repot::UnitOfWork& work_;
};

}  // namespace music
