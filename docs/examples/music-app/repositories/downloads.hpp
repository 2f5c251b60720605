// The queue of downloads: filled, claimed by workers that run at once, counted.
#pragma once

#include "entities/downloads.hpp"

#include <map>
#include <vector>

namespace music {

class Downloads : public repot::Repository<Download> {
 public:
  explicit Downloads(repot::UnitOfWork& work) : Repository(work), work_(work) {}

  /// Queues up to `count` tracks that have no download: broken files first, then those without a
  /// file, then the rest. Returns how many.
  std::int64_t enqueue(std::int64_t count);
  /// Takes up to `count` waiting downloads, those of the highest priority and then the oldest, for
  /// the caller alone; with track, artist and album, in five statements.
  std::vector<Download> claim(std::int64_t count);
  void complete(std::span<Download> downloads);
  void fail(Download& download, const std::string& message);
  /// Puts back what has been active since before `moment`: its worker has died.
  std::int64_t release(repot::Timestamp moment);
  /// Failed ones wait again, behind none of their priority.
  std::int64_t retryFailed(std::int32_t priority);
  std::map<DownloadStatus, std::int64_t> countByStatus();

 private:
  repot::UnitOfWork& work_;
};

class UpgradeCandidates : public repot::Repository<UpgradeCandidate> {
 public:
  explicit UpgradeCandidates(repot::UnitOfWork& work) : Repository(work) {}
  /// The largest improvements that nobody has taken up.
  std::vector<UpgradeCandidate> open(std::int64_t limit);
  void take(UpgradeCandidate& candidate, const std::string& downloadId);
};

}  // namespace music
