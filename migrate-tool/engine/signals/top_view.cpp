// Draws the frame; see top_view.hpp.
#include "engine/signals/top_view.hpp"

#include <repot/figures_text.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace repot::migrate {
namespace {

using Level = GrowthSignal::Level;

std::string coloured(const std::string& text, Level level, bool colour) {
  if (!colour) return text;
  const char* const code = level == Level::act ? "31" : level == Level::prepare ? "33" : "32";
  return fmt::format("\033[{}m{}\033[0m", code, text);
}

std::string bar(const GrowthSignal& signal) {
  constexpr int width = 20;
  // A limit of zero (replicas) is reached or not.
  const double share = signal.act > 0 ? signal.value / signal.act : signal.value > 0 ? 1 : 0;
  const auto filled = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * width);
  return '[' + std::string(filled, '#') + std::string(width - filled, '.') + ']';
}

std::string minuteLine(const GrowthSample& sample) {
  const WorkCounts& work = sample.work;
  const auto wait = work.lockWaits.quantile(0.95);
  const double seconds = wait.count() <= DurationCounts::bounds.front()
                             ? 0
                             : std::chrono::duration<double>(wait).count();
  return fmt::format("  {}  {:>9} {:>9} {:>9} {:>6} {:>8} {:>6}  {}\n",
                     timeText(sample.start).substr(11, 5), work.writes, work.reads,
                     secondsText(seconds), work.busyErrors, work.retries, sample.users,
                     bytesText(static_cast<double>(sample.storage.usedBytes())));
}

/// Without control characters, which a terminal would obey.
std::string harmless(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return text;
}

}  // namespace

std::string topFrame(const Assessment& assessment, const TopOptions& options) {
  const StorageFigures& storage = assessment.storage;
  std::string text =
      fmt::format("{}  {}  {}\n{} on disk, {} free inside it, {} write-ahead log\n\n",
                  harmless(assessment.source), timeText(assessment.at),
                  coloured(std::string(verdictText(assessment.verdict())), assessment.verdict(),
                           options.colour),
                  bytesText(static_cast<double>(storage.bytes())),
                  bytesText(static_cast<double>(storage.freePages * storage.pageBytes)),
                  bytesText(static_cast<double>(storage.walBytes)));
  for (const GrowthSignal& signal : assessment.signals) {
    text += fmt::format("{:<11} {} {:<22} {}\n", signal.name,
                        coloured(bar(signal), signal.level, options.colour), signal.measured,
                        signal.trend);
  }
  if (assessment.history.empty()) return text + '\n' + harmless(assessment.historyNote) + '\n';
  text += "\n  time      writes     reads  wait p95   busy  retries  users  size\n";
  const auto used = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  const std::size_t room = options.lines > used + 1 ? options.lines - used - 1 : 1;
  const auto& history = assessment.history;
  for (std::size_t i = history.size(); i > 0 && i + room > history.size(); --i)
    text += minuteLine(history[i - 1]);
  return text;
}

}  // namespace repot::migrate
