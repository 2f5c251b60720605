// See copy_view.hpp.
#include "cli/copy_view.hpp"

#include <unistd.h>

#include <cstdio>

namespace repot::cli {
CopyView::CopyView(bool enabled)
    : enabled_(enabled), terminal_(enabled && ::isatty(STDERR_FILENO) == 1) {}

CopyView::~CopyView() {
  if (terminal_) std::fputs("\r\033[K", stderr);
}

CopyObserver CopyView::observer() {
  return [this](const CopyProgress& progress) {
    show(progress);
    return !stop_;
  };
}

void CopyView::show(const CopyProgress& progress) {
  if (!enabled_) return;
  const bool fresh = stage_ != progress.stage;
  stage_ = progress.stage;
  if (!terminal_) {
    if (fresh) std::fprintf(stderr, "%s…\n", stage_.c_str());
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  if (!fresh && now - shown_ < std::chrono::milliseconds(100)) return;
  shown_ = now;
  std::fprintf(stderr, "\r\033[K%s…", stage_.c_str());
  if (progress.total > 0) {
    std::fprintf(stderr, " %3.0f %%",
                 100.0 * static_cast<double>(progress.done) / static_cast<double>(progress.total));
  }
  std::fflush(stderr);
}

}  // namespace repot::cli
