// Workers that empty the queue of downloads at once.
#pragma once

#include "entities/downloads.hpp"

#include <repot/database.hpp>

#include <cstdint>
#include <functional>

namespace music {

/// Downloads of one claim.
inline constexpr std::int64_t claimSize = 10;

struct WorkerResult {
  std::int64_t completed = 0;
  std::int64_t failed = 0;
};

/// Runs `workers` threads until nothing waits any more. `fetch` gets each download once, with its
/// track, artist and album, outside of any unit of work; what it throws makes the download failed.
/// It is called by several threads. Throws repot::Error where the database fails.
WorkerResult emptyQueue(repot::Database& database, int workers,
                        const std::function<void(const Download&)>& fetch);

}  // namespace music
