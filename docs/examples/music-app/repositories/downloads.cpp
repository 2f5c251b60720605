#include "repositories/downloads.hpp"

#include "repositories/catalog.hpp"

#include <algorithm>

namespace music {

using repot::assign;
using repot::Order;
using repot::Query;
using repot::where;

std::int64_t Downloads::enqueue(std::int64_t count) {
  std::vector<Download> queued;
  for (const auto& [id, broken, path] :
       Query(work_)
           .from<Track>()
           .leftJoin(&Track::id, &Download::trackId)
           .where(where(&Download::id).isNull())
           .orderBy(&Track::isBroken, Order::descending)
           .orderBy(&Track::filePath)
           .orderBy(&Track::id)
           .limit(count)
           .select(repot::column(&Track::id), repot::column(&Track::isBroken),
                   repot::column(&Track::filePath))) {
    auto download = fresh<Download>();
    download.trackId = id;
    download.priority = broken ? 2 : path ? 0 : 1;
    queued.push_back(std::move(download));
  }
  // Another process may have queued one of them meanwhile.
  return std::count_if(queued.begin(), queued.end(),
                       [&](const Download& download) { return addIfAbsent(download); });
}

std::vector<Download> Downloads::claim(std::int64_t count) {
  auto claimed =
      findAndLock(repot::RowLock::skipLocked, where(&Download::status) == DownloadStatus::waiting,
                  repot::Selection<Download>()
                      .orderBy(&Download::priority, true)
                      .orderBy(&Download::createdAt)
                      .limit(count));
  for (Download& download : claimed) {
    download.status = DownloadStatus::active;
    download.startedAt = download.updatedAt = now();
  }
  updateAll(claimed);
  loadTracks(work_, claimed, downloadTrack);
  return claimed;
}

void Downloads::complete(std::span<Download> downloads) {
  for (Download& download : downloads) {
    download.status = DownloadStatus::completed;
    download.progressPercent = 100;
    download.completedAt = download.updatedAt = now();
  }
  updateAll(downloads);
}

void Downloads::fail(Download& download, const std::string& message) {
  download.status = DownloadStatus::failed;
  download.errorMessage = message;
  download.updatedAt = now();
  update(download);
}

std::int64_t Downloads::release(repot::Timestamp moment) {
  return updateWhere(
      where(&Download::status) == DownloadStatus::active && where(&Download::startedAt) < moment,
      assign(&Download::status, DownloadStatus::waiting), assign(&Download::updatedAt, now()));
}

std::int64_t Downloads::retryFailed(std::int32_t priority) {
  return updateWhere(where(&Download::status) == DownloadStatus::failed,
                     assign(&Download::status, DownloadStatus::waiting),
                     assign(&Download::errorMessage, std::optional<std::string>()),
                     assign(&Download::priority, priority), assign(&Download::updatedAt, now()));
}

std::map<DownloadStatus, std::int64_t> Downloads::countByStatus() {
  std::map<DownloadStatus, std::int64_t> counts;
  for (const auto& [status, number] : Query(work_)
                                          .from<Download>()
                                          .groupBy(&Download::status)
                                          .select(repot::column(&Download::status), repot::count()))
    counts[status] = number;
  return counts;
}

std::vector<UpgradeCandidate> UpgradeCandidates::open(std::int64_t limit) {
  return find(where(&UpgradeCandidate::processed) == false,
              repot::Selection<UpgradeCandidate>()
                  .orderBy(&UpgradeCandidate::improvementScore, true)
                  .orderBy(&UpgradeCandidate::id)
                  .limit(limit));
}

void UpgradeCandidates::take(UpgradeCandidate& candidate, const std::string& downloadId) {
  candidate.processed = true;
  candidate.downloadId = downloadId;
  candidate.updatedAt = now();
  update(candidate);
}

}  // namespace music
