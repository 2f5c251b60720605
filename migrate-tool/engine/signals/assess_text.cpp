// An assessment as people read it; see assess.hpp.
#include "engine/shell_word.hpp"
#include "engine/signals/assess.hpp"

#include <repot/figures_text.hpp>

#include <fmt/format.h>

namespace repot::migrate {
std::string verdictReason(GrowthSignal::Level level) {
  switch (level) {
    case GrowthSignal::Level::none:
      return "SQLite serves this database well";
    case GrowthSignal::Level::prepare:
      return "the time to move is near: rehearse it";
    case GrowthSignal::Level::act:
      return "SQLite is outgrown";
  }
  return "";
}

std::string freePagesText(const Assessment& assessment) {
  const StorageFigures& storage = assessment.storage;
  if (storage.freePages <= storage.pages / 10) return {};
  return fmt::format("{} of {} pages are free: VACUUM makes the file smaller by {}",
                     storage.freePages, storage.pages,
                     bytesText(static_cast<double>(storage.freePages * storage.pageBytes)));
}

std::string nextCommand(const Assessment& assessment, const std::string& target) {
  const std::string source = shellWord(assessment.source);
  const std::string to = target.empty() ? "postgresql://USER@HOST/DATABASE" : shellWord(target);
  switch (assessment.verdict()) {
    case GrowthSignal::Level::none:
      return "repot assess " + source;
    case GrowthSignal::Level::prepare:
      return "repot plan " + source + ' ' + to;
    case GrowthSignal::Level::act:
      return "repot migrate " + source + ' ' + to;
  }
  return "";
}

std::string signalsToText(const Assessment& assessment) {
  std::string text;
  for (const GrowthSignal& signal : assessment.signals) {
    text += fmt::format("  {:<11} {:<22} {:<12} ({})\n", signal.name, signal.measured,
                        toString(signal.level), signal.limits);
  }
  if (const std::string free = freePagesText(assessment); !free.empty()) text += "  " + free + '\n';
  return text;
}

std::string assessmentToText(const Assessment& assessment, const std::string& target) {
  std::string text =
      fmt::format("{} at {}\n\nGrowth signals:\n", assessment.source, timeText(assessment.at)) +
      signalsToText(assessment);
  text += "\nEvidence:\n";
  for (const GrowthSignal& signal : assessment.signals) {
    if (signal.evidence == "declared") continue;
    text += fmt::format("  {:<11} {}\n", signal.name, signal.evidence);
    if (!signal.trend.empty()) text += fmt::format("  {:<11} {}\n", "", signal.trend);
  }
  if (!assessment.historyNote.empty()) text += "  note: " + assessment.historyNote + '\n';
  if (const auto& estimate = assessment.estimate) {
    text += fmt::format(
        "\nA migration would take:\n  size        {} in PostgreSQL\n  duration    {}\n"
        "  downtime    {}: nobody may write from its start until the application uses the new "
        "URL\n  measured    {}\n",
        bytesText(estimate->targetBytes),
        (estimate->isLowerBound() ? "at least " : "about ") + secondsText(estimate->seconds),
        estimate->isLowerBound() ? "as long" : "as long at most", estimate->basis);
  }
  text += fmt::format("\nVerdict: {} – {}.\nNext: {}\n", verdictText(assessment.verdict()),
                      verdictReason(assessment.verdict()), nextCommand(assessment, target));
  return text;
}

}  // namespace repot::migrate
