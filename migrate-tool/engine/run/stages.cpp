// Opening the source, and reports of runs that fail; see stages.hpp.
#include "engine/run/stages.hpp"

#include "engine/infer.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace repot::migrate {
namespace {

/// Broken promises of the schema, which the plan reports, are no damage of the file. SQLite 3.40
/// also claims a NULL in key columns of WITHOUT ROWID tables where there is none.
bool isDamage(const std::string& problem) {
  return !problem.starts_with("NULL value in ") &&
         !problem.starts_with("CHECK constraint failed in ") &&
         problem.find(" value in ") == std::string::npos;
}

}  // namespace

Report newReport(const std::string& command, const std::string& sourcePath,
                 const DatabaseUrl& target) {
  Report report;
  report.command = command;
  report.source = sourcePath;
  report.target = target.toString();
  return report;
}

void noteSourceChanges(sqlite::SqliteSource& source, Report& report) {
  try {
    report.sourceChanged = source.writtenSinceSnapshot();
  } catch (const Error& error) {
    report.findings.push_back(
        makeFinding(Finding::Level::warning, "source-unread", report.source,
                    "whether the source was written to after its snapshot cannot be seen: " +
                        std::string(error.what()),
                    {}, "compare the two by `repot verify` once the source can be read"));
  }
}

void noteFailure(Report& report, const StageError& failure) {
  report.failure = {std::string(toString(failure.stage)), failure.error.what(), failure.staging};
}

Report reporting(Report report, const Progress& progress,
                 const std::function<void(Report&)>& action) {
  TimelineRecorder recorder(progress);
  try {
    action(report);
  } catch (StageError& failure) {
    report.timeline = recorder.finish();
    noteFailure(report, failure);
    failure.report = std::make_shared<const Report>(std::move(report));
    throw;
  }
  report.timeline = recorder.finish();
  return report;
}

std::string_view toString(Stage stage) noexcept {
  switch (stage) {
    case Stage::source:
      return "source";
    case Stage::target:
      return "target";
    case Stage::refused:
      return "refused";
    case Stage::run:
      return "run";
  }
  return "";
}

sqlite::SqliteSource openSource(const std::string& path, std::size_t readers, bool privateCopy) {
  sqlite::SourceOptions options;
  options.privateCopy = privateCopy;
  options.readers = std::max<std::size_t>(readers, 1);
  sqlite::SqliteSource source = sqlite::SqliteSource::open(path, options);
  std::vector<std::string> problems = source.quickCheck();
  std::erase_if(problems, [](const std::string& problem) { return !isDamage(problem); });
  if (!problems.empty()) {
    throw Error(ErrorKind::notADatabase, path + " is damaged: " + problems.front() +
                                             "; recover it first (sqlite3 FILE .recover)");
  }
  return source;
}

}  // namespace repot::migrate
