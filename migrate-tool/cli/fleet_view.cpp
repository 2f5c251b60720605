// See fleet_view.hpp.
#include "cli/fleet_view.hpp"

#include <repot/figures_text.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>

namespace repot::cli {
namespace {

using Clock = std::chrono::steady_clock;
using migrate::FleetProgress;

/// By the work of what is done: small files have their fixed costs, large ones their bytes.
std::string lineOf(const FleetProgress& progress, double elapsed) {
  const std::size_t all = progress.tenants, done = progress.done, notDone = progress.notDone;
  std::string text = fmt::format("{} of {} tenants", done, all);
  if (notDone > 0) text += fmt::format(", {} not done", notDone);
  const double share = static_cast<double>(progress.workDone) /
                       static_cast<double>(std::max<std::int64_t>(progress.work, 1));
  if (progress.stop) return text + ", stopping";
  // A forecast from the first moments would only jump about.
  if (done > 0 && share > 0.01 && elapsed > 0.5 && done < all) {
    text += fmt::format(", {:.1f} a second, {} left", static_cast<double>(done) / elapsed,
                        repot::secondsText(elapsed / share - elapsed));
  }
  return text;
}

std::string barOf(const FleetProgress& progress, double elapsed) {
  constexpr std::size_t width = 30;
  const std::size_t all = std::max<std::size_t>(progress.tenants, 1);
  const std::size_t filled = std::min(width, progress.done * width / all);
  return "[" + std::string(filled, '#') + std::string(width - filled, '.') + "] " +
         lineOf(progress, elapsed);
}

void show(const FleetProgress& progress, bool terminal, const std::stop_token& stop) {
  constexpr std::size_t lines = 10;
  const Clock::time_point start = Clock::now();
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  std::size_t shown = 0;
  do {
    const double elapsed = std::chrono::duration<double>(Clock::now() - start).count();
    const std::size_t all = progress.tenants;
    if (terminal && all > 0) {
      std::fprintf(stderr, "\r\033[K%s", barOf(progress, elapsed).c_str());
      std::fflush(stderr);
    } else if (all > 0 && progress.done * lines / all > shown) {
      shown = progress.done * lines / all;
      std::fprintf(stderr, "%s\n", lineOf(progress, elapsed).c_str());
    }
  } while (!wake.wait_for(lock, stop, std::chrono::milliseconds(100),
                          [&] { return stop.stop_requested(); }));
  if (terminal) std::fputs("\r\033[K", stderr);
}

}  // namespace

FleetView::FleetView(const FleetProgress& progress, bool enabled) {
  if (!enabled) return;
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  thread_ = std::jthread(
      [&progress, terminal](const std::stop_token& stop) { show(progress, terminal, stop); });
}

FleetView::~FleetView() = default;

}  // namespace repot::cli
