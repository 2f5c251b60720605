// Scans of the folders that the files are in, and the files that are there more than once.
#pragma once

#include "entities/common.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace music {

enum class ScanStatus { running, completed, failed };
BOOST_DESCRIBE_ENUM(ScanStatus, running, completed, failed)

struct LibraryScan {
  std::string id;
  ScanStatus status = ScanStatus::running;
  std::string scanPath;
  std::int32_t totalFiles = 0, scannedFiles = 0, newFiles = 0, updatedFiles = 0, brokenFiles = 0,
               duplicateFiles = 0;
  std::optional<std::string> errorMessage;
  repot::Timestamp startedAt{};
  std::optional<repot::Timestamp> completedAt;
  repot::Timestamp createdAt{}, updatedAt{};
};
BOOST_DESCRIBE_STRUCT(LibraryScan, (),
                      (id, status, scanPath, totalFiles, scannedFiles, newFiles, updatedFiles,
                       brokenFiles, duplicateFiles, errorMessage, startedAt, completedAt, createdAt,
                       updatedAt))

struct FileDuplicate {
  std::string id;
  std::string fileHash;
  std::string fileHashAlgorithm;
  std::optional<std::string> primaryTrackId;
  std::int32_t duplicateCount = 1;
  std::int64_t totalSizeBytes = 0;
  bool resolved = false;
  repot::Timestamp createdAt{}, updatedAt{};
};
BOOST_DESCRIBE_STRUCT(FileDuplicate, (),
                      (id, fileHash, fileHashAlgorithm, primaryTrackId, duplicateCount,
                       totalSizeBytes, resolved, createdAt, updatedAt))

}  // namespace music

template <>
struct repot::Mapping<music::LibraryScan> {
  static EntityMap<music::LibraryScan> map() {
    using music::LibraryScan;
    return described<LibraryScan>("library_scans", Roles<LibraryScan>().key(&LibraryScan::id))
        .index(&LibraryScan::status)
        .index(&LibraryScan::startedAt);
  }
};

template <>
struct repot::Mapping<music::FileDuplicate> {
  static EntityMap<music::FileDuplicate> map() {
    using music::FileDuplicate;
    return described<FileDuplicate>("file_duplicates",
                                    Roles<FileDuplicate>().key(&FileDuplicate::id))
        .references(&FileDuplicate::primaryTrackId, "tracks", "id", OnDelete::cascade)
        .index(&FileDuplicate::fileHash)
        .index(&FileDuplicate::resolved);
  }
};
