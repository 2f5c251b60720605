// Runs tasks on a few threads; the first failure stops all and is the one that is thrown.
#pragma once

#include "engine/run/progress.hpp"

#include <cstddef>
#include <functional>

namespace repot::migrate {

/// Calls `work(worker)` on `workers` threads and waits. When one throws, progress.failed is set, so
/// that the others end early; after all have ended the first exception is rethrown and that
/// is taken back. A wish to stop ends the threads without it: each where it looks for the wish.
void runWorkers(std::size_t workers, Progress& progress,
                const std::function<void(std::size_t)>& work);

}  // namespace repot::migrate
