// Opening the source, and reports of runs that fail; see stages.hpp.
#include "engine/run/stages.hpp"

#include "engine/infer.hpp"

#include <algorithm>
#include <future>
#include <memory>
#include <stop_token>
#include <thread>
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

void requireSound(const sqlite::SqliteSource& source, std::vector<std::string> problems) {
  std::erase_if(problems, [](const std::string& problem) { return !isDamage(problem); });
  if (problems.empty()) return;
  throw Error(ErrorKind::notADatabase, source.path() + " is damaged: " + problems.front() +
                                           "; recover it first (sqlite3 FILE .recover)");
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

sqlite::SqliteSource openUnchecked(const std::string& path, std::size_t readers, bool privateCopy) {
  sqlite::SourceOptions options;
  options.privateCopy = privateCopy;
  options.readers = std::max<std::size_t>(readers, 1);
  return sqlite::SqliteSource::open(path, options);
}

sqlite::SqliteSource openSource(const std::string& path, std::size_t readers, bool privateCopy) {
  sqlite::SqliteSource source = openUnchecked(path, readers, privateCopy);
  requireSound(source, source.quickCheck());
  return source;
}

void whileChecking(const sqlite::SqliteSource& source, const std::function<void()>& work) {
  std::promise<std::vector<std::string>> problems;
  std::jthread checker([&](const std::stop_token& stop) {
    try {
      problems.set_value(source.quickCheck(stop));
    } catch (...) {
      problems.set_exception(std::current_exception());
    }
  });
  try {
    work();
  } catch (const Error& error) {
    // Not what damage leads to, so that nobody need wait for the check.
    if (error.kind() == ErrorKind::usage) checker.request_stop();
    requireSound(source, problems.get_future().get());
    throw;
  }
  requireSound(source, problems.get_future().get());
}

}  // namespace repot::migrate
