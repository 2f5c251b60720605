// An assessment as JSON of format version 1; docs/formats/assessment.md describes it.
#include "engine/signals/assess.hpp"

#include <repot/figures_text.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace repot::migrate {
namespace {

namespace json = boost::json;

std::string_view levelWord(GrowthSignal::Level level) {
  return level == GrowthSignal::Level::none ? "none" : toString(level);
}

std::string underscored(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
}

/// Whole numbers as such, without an exponent.
json::value numberJson(double number) {
  if (number == std::floor(number) && std::abs(number) < 1e15)
    return static_cast<std::int64_t>(number);
  return number;
}

json::object signalJson(const GrowthSignal& signal) {
  json::object object;
  object["name"] = signal.name;
  object["level"] = levelWord(signal.level);
  object["value"] = numberJson(signal.value);
  if (signal.prepare) object["prepare"] = numberJson(*signal.prepare);
  object["act"] = numberJson(signal.act);
  object["measured"] = signal.measured;
  object["limits"] = signal.limits;
  object["evidence"] = signal.evidence;
  if (!signal.trend.empty()) object["trend"] = signal.trend;
  if (signal.perDay) object["per_day"] = *signal.perDay;
  if (signal.actAt) object["act_at"] = timeText(*signal.actAt);
  return object;
}

json::object settingsJson(const GrowthSettings& settings) {
  json::object object;
  for (const GrowthField& field : growthFields())
    object[underscored(field.name)] = numberJson(settings.*field.value);
  return object;
}

json::object estimateJson(const MoveEstimate& estimate) {
  return {{"method", estimate.isLowerBound() ? "read" : "copied"},
          {"target_bytes", static_cast<std::int64_t>(estimate.targetBytes)},
          {"seconds", estimate.seconds},
          {"downtime_seconds", estimate.seconds},
          {"lower_bound", estimate.isLowerBound()},
          {"rows", estimate.rows},
          {"rows_sampled", estimate.rowsSampled},
          {"basis", estimate.basis}};
}

}  // namespace

std::string assessmentToJson(const Assessment& assessment, const std::string& target) {
  json::object root;
  root["format"] = "repot-assessment";
  root["version"] = Assessment::formatVersion;
  root["source"] = assessment.source;
  root["at"] = timeText(assessment.at);
  std::string verdict(verdictText(assessment.verdict()));
  std::replace(verdict.begin(), verdict.end(), ' ', '_');
  root["verdict"] = verdict;
  root["next"] = nextCommand(assessment, target);
  json::array signals;
  for (const GrowthSignal& signal : assessment.signals)
    signals.push_back(signalJson(signal));
  root["signals"] = std::move(signals);
  root["settings"] = settingsJson(assessment.settings);
  const StorageFigures& storage = assessment.storage;
  root["storage"] = {{"pages", storage.pages},
                     {"free_pages", storage.freePages},
                     {"page_bytes", storage.pageBytes},
                     {"wal_bytes", storage.walBytes}};
  json::object history{{"samples", assessment.history.size()}};
  if (!assessment.history.empty()) {
    const GrowthSample& last = assessment.history.back();
    history["from"] = timeText(assessment.history.front().start);
    history["to"] = timeText(last.start + last.length);
  }
  if (!assessment.historyNote.empty()) history["note"] = assessment.historyNote;
  root["history"] = std::move(history);
  if (assessment.estimate) root["move"] = estimateJson(*assessment.estimate);
  return json::serialize(root) + '\n';
}

}  // namespace repot::migrate
