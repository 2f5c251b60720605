// A scan: the files below a folder become tracks, in batches that are each one unit of work with
// the scan's counters, so that a kill at any time leaves counters equal to rows.
#pragma once

#include "entities/scans.hpp"
#include "program/audio_file.hpp"

#include <repot/database.hpp>

#include <filesystem>
#include <span>
#include <string>

namespace music {

/// Files of one unit of work.
inline constexpr std::size_t scanBatch = 100;

/// A file as it was found; `content` has no hash where the file is unchanged.
struct ScannedFile {
  AudioFile file;
  AudioNames names;
  AudioContent content;
};

/// Stores the files as tracks and adds to the counters of the scan.
void storeBatch(repot::UnitOfWork& work, const std::string& scanId,
                std::span<const ScannedFile> batch);

/// Walks `folder` and returns the scan as it ended. A folder that cannot be entered is left out.
/// Throws repot::Error, after the scan is marked as failed; usage where `folder` is no folder.
LibraryScan scanFolder(repot::Database& database, const std::filesystem::path& folder);

}  // namespace music
