// Progress on stderr; see progress_view.hpp.
#include "cli/progress_view.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <optional>
#include <string>

namespace repot::cli {
namespace {

using migrate::Progress;
using Clock = std::chrono::steady_clock;

std::string timeLeft(double seconds) {
  const auto whole = static_cast<long long>(seconds + 0.5);
  if (whole >= 3600)
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

std::string bar(const Progress& progress, double elapsed) {
  constexpr int width = 30;
  const std::int64_t rows = progress.rows, total = progress.rowsTotal;
  const std::string name(toString(progress.phase.load()));
  if (total <= 0) return fmt::format("{}…", name);
  const double share = std::min(1.0, static_cast<double>(rows) / static_cast<double>(total));
  const int filled = static_cast<int>(share * width);
  std::string text = fmt::format(
      "{:<16} [{}{}] {:3.0f} %", name, std::string(static_cast<std::size_t>(filled), '#'),
      std::string(static_cast<std::size_t>(width - filled), '.'), share * 100);
  // A forecast from the first moments would only jump about.
  if (share > 0.01 && elapsed > 0.5) {
    text += fmt::format("  {:.0f} rows/s  {} left", static_cast<double>(rows) / elapsed,
                        timeLeft(elapsed / share - elapsed));
  }
  return text;
}

void show(const Progress& progress, bool terminal, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::optional<Progress::Phase> phase;
  Clock::time_point phaseStart = Clock::now();
  std::unique_lock lock(mutex);
  do {
    const Progress::Phase now = progress.phase;
    if (phase != now) {
      phase = now;
      phaseStart = Clock::now();
      if (!terminal && now != Progress::Phase::done) {
        const std::string line = fmt::format("{}…\n", toString(now));
        std::fputs(line.c_str(), stderr);
      }
    }
    if (terminal && now != Progress::Phase::done) {
      const double elapsed = std::chrono::duration<double>(Clock::now() - phaseStart).count();
      std::fprintf(stderr, "\r\033[K%s", bar(progress, elapsed).c_str());
      std::fflush(stderr);
    }
  } while (!wake.wait_for(lock, stop, std::chrono::milliseconds(100),
                          [&] { return stop.stop_requested(); }));
  if (terminal) std::fputs("\r\033[K", stderr);
}

}  // namespace

ProgressView::ProgressView(const Progress& progress, bool enabled) : progress_(progress) {
  if (!enabled) return;
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  thread_ =
      std::jthread([this, terminal](std::stop_token stop) { show(progress_, terminal, stop); });
}

ProgressView::~ProgressView() = default;

}  // namespace repot::cli
