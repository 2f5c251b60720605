// Gathers what the judgement needs; see assess.hpp.
#include "engine/signals/assess.hpp"

#include <repot/error.hpp>
#include <repot/growth_history.hpp>
#include <repot/sqlite/backend.hpp>
#include <repot/sqlite/bulk.hpp>

namespace repot::migrate {
namespace {

void readHistory(Assessment& assessment) {
  const GrowthHistory history(assessment.source + "-repot-signals");
  if (!history.exists()) {
    assessment.historyNote =
        "there is no " + history.path() +
        ": lock waits, busy errors and users are not known, and size has no trend. The "
        "application writes it where it has a repot::GrowthMonitor";
    return;
  }
  sqlite::registerBackend();
  try {
    GrowthRecord record = history.read();
    assessment.settings = record.settings;
    assessment.history = std::move(record.samples);
    assessment.totals = record.totals;
    assessment.activeUsers = record.activeUsers;
  } catch (const Error& error) {
    assessment.historyNote = std::string("the history cannot be read: ") + error.what();
  }
}

sqlite::SqliteSource openSource(const std::string& path, bool copyIfNeeded) {
  try {
    return sqlite::SqliteSource::open(path);
  } catch (const Error&) {
    if (!copyIfNeeded) throw;
    sqlite::SourceOptions options;
    options.privateCopy = true;
    return sqlite::SqliteSource::open(path, options);
  }
}

}  // namespace

Assessment assess(const std::string& sourcePath, const AssessOptions& options) {
  Assessment assessment;
  assessment.source = sourcePath;
  assessment.at = options.now;
  assessment.storage = openSource(sourcePath, options.copySource).storage();
  readHistory(assessment);
  for (const auto& [member, value] : options.given)
    assessment.settings.*member = value;
  assessment.signals =
      growthSignals(assessment.storage, assessment.history, assessment.settings, assessment.at);
  return assessment;
}

std::string_view verdictText(GrowthSignal::Level level) noexcept {
  switch (level) {
    case GrowthSignal::Level::none:
      return "stay";
    case GrowthSignal::Level::prepare:
      return "prepare";
    case GrowthSignal::Level::act:
      return "move now";
  }
  return "";
}

}  // namespace repot::migrate
