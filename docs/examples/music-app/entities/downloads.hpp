// The queue of downloads, and tracks of which a better file is to be had.
#pragma once

#include "entities/catalog.hpp"

namespace music {

enum class DownloadStatus { waiting, active, completed, failed };
BOOST_DESCRIBE_ENUM(DownloadStatus, waiting, active, completed, failed)

/// A track has one download at most; it is used again where it failed.
struct Download {
  std::string id;
  std::string trackId;
  DownloadStatus status = DownloadStatus::waiting;
  std::optional<std::string> targetPath, sourceUrl;
  double progressPercent = 0;
  std::optional<std::string> errorMessage;
  std::optional<repot::Timestamp> startedAt, completedAt;
  repot::Timestamp createdAt{}, updatedAt{};
  std::int32_t priority = 0;
  std::shared_ptr<Track> track;
};
BOOST_DESCRIBE_STRUCT(Download, (),
                      (id, trackId, status, targetPath, sourceUrl, progressPercent, errorMessage,
                       startedAt, completedAt, createdAt, updatedAt, priority))

struct UpgradeCandidate {
  std::string id;
  std::string trackId;
  std::int32_t currentBitrate = 0;
  std::string currentFormat;
  std::int32_t targetBitrate = 0;
  std::string targetFormat;
  double improvementScore = 0;
  repot::Timestamp detectedAt{};
  bool processed = false;
  std::optional<std::string> downloadId;
  repot::Timestamp createdAt{}, updatedAt{};
};
BOOST_DESCRIBE_STRUCT(UpgradeCandidate, (),
                      (id, trackId, currentBitrate, currentFormat, targetBitrate, targetFormat,
                       improvementScore, detectedAt, processed, downloadId, createdAt, updatedAt))

}  // namespace music

template <>
struct repot::Mapping<music::Download> {
  static EntityMap<music::Download> map() {
    using music::Download;
    return described<Download>("downloads",
                               Roles<Download>().key(&Download::id).unique(&Download::trackId))
        .references(&Download::trackId, "tracks", "id", OnDelete::cascade)
        .index(&Download::status)
        .index(&Download::status, &Download::priority)
        .index(&Download::status, &Download::createdAt)
        .index(&Download::priority, &Download::createdAt)
        .index(&Download::completedAt);
  }
};

template <>
struct repot::Mapping<music::UpgradeCandidate> {
  static EntityMap<music::UpgradeCandidate> map() {
    using music::UpgradeCandidate;
    return described<UpgradeCandidate>("quality_upgrade_candidates",
                                       Roles<UpgradeCandidate>().key(&UpgradeCandidate::id))
        .references(&UpgradeCandidate::trackId, "tracks", "id", OnDelete::cascade)
        .references(&UpgradeCandidate::downloadId, "downloads", "id", OnDelete::setNull)
        .index(&UpgradeCandidate::trackId)
        .index(&UpgradeCandidate::improvementScore)
        .index(&UpgradeCandidate::processed);
  }
};

namespace music {

inline const auto downloadTrack =
    repot::belongsTo(&Download::track, &Download::trackId, &Track::id);

}  // namespace music
