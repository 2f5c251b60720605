// The same kind of work on many things of the target, by a few sessions side by side.
#pragma once

#include "engine/run/control.hpp"
#include "engine/run/workers.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace repot::migrate {

/// A session for building in `schema`, whose commits do not wait for the disk: what publishes does.
/// (A larger maintenance_work_mem than the server's own gained nothing measured: 4.4 s of its time
/// for an index of a million rows, at 64 and at 256 MB.)
inline std::unique_ptr<Control> builder(const DatabaseUrl& target, const std::string& schema) {
  auto control = std::make_unique<Control>(target);
  control->setSearchPath(schema);
  control->commitLazily();
  return control;
}

/// Runs `work(control, item)` for all of `items`, by as many sessions as there are jobs.
template <typename Item, typename Work>
void spread(const DatabaseUrl& target, const std::string& schema, std::size_t jobs,
            Progress& progress, const std::vector<Item>& items, const Work& work) {
  if (items.empty()) return;
  std::atomic<std::size_t> next = 0;
  runWorkers(std::min(jobs, items.size()), progress, [&](std::size_t) {
    const auto control = builder(target, schema);
    for (std::size_t i = next++; i < items.size(); i = next++) {
      progress.throwIfStopped();
      work(*control, items[i]);
    }
  });
}

}  // namespace repot::migrate
