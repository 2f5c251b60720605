// See rehearse.hpp.
#include "engine/rehearse/rehearse.hpp"

#include "engine/cutover/cutover.hpp"
#include "engine/planner.hpp"
#include "engine/rehearse/small_change.hpp"
#include "engine/rehearse/source_copy.hpp"
#include "engine/run/migrate.hpp"
#include "engine/run/stages.hpp"
#include "engine/signals/sample_schema.hpp"
#include "engine/sync/sync.hpp"

#include <repot/error.hpp>
#include <repot/figures_text.hpp>
#include <repot/postgresql/throwaway.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <limits>
#include <memory>
#include <utility>

namespace repot::migrate {
namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

/// Room for the copy and, where the server is made here, for what comes of it.
void checkRoom(const std::string& folder, std::int64_t bytes, bool withServer) {
  constexpr double copies = 1.1, server = 4;
  const double needed = static_cast<double>(bytes) * (copies + (withServer ? server : 0));
  std::error_code failure;
  const auto room = std::filesystem::space(folder, failure);
  if (failure || static_cast<double>(room.available) >= needed) return;
  throw Error(ErrorKind::resource, "a rehearsal of this file needs " + bytesText(needed) + " in " +
                                       folder + ", where " +
                                       bytesText(static_cast<double>(room.available)) +
                                       " are free; name a folder on another disk by --folder");
}

class Rehearsal {
 public:
  Rehearsal(const std::string& path, const RehearseOptions& options, Progress& progress)
      : path_(path), options_(options), progress_(progress) {
    report_.source = path;
  }

  RehearsalReport run(const std::optional<DatabaseUrl>& target) {
    auto source = std::make_unique<sqlite::SqliteSource>(
        reading(path_, [&] { return openSource(path_, 1); }));
    report_.sourceBytes = source->bytes();
    postgresql::Throwaway throwaway(options_.folder);
    during(Stage::refused,
           [&] { checkRoom(throwaway.folder(), report_.sourceBytes, !target.has_value()); });
    copy_ = throwaway.folder() + "/source.db";
    reading(path_, [&] { copySource(*source, copy_, progress_); });
    source.reset();
    const DatabaseUrl server = target ? *target : during(Stage::target, [&] {
      return throwaway.startServer([&](const CopyProgress&) { return !progress_.stop; });
    });
    if (target) report_.target = target->toString();
    during(Stage::target, [&] { inSchema(server); });
    return std::move(report_);
  }

 private:
  void inSchema(const DatabaseUrl& server) {
    Control control(server);
    report_.serverVersion = control.value("SHOW server_version");
    SampleSchema schema(server);
    schema_ = schema.name();
    try {
      if (move(server)) lead(server);
    } catch (const StageError&) {
      dropUnfinished(server);
      throw;
    }
    dropUnfinished(server);
    double bytes = 0;
    for (const auto& [table, size] : schema.tableBytes())
      bytes += size;
    report_.targetBytes = static_cast<std::int64_t>(bytes);
  }

  /// What a migration that ended early keeps out of sight.
  void dropUnfinished(const DatabaseUrl& server) {
    try {
      abortMigration(server, schema_);
    } catch (const StageError&) {
      // The server is gone; the next rehearsal finds it.
    }
  }

  MigrateOptions migrateOptions() const {
    MigrateOptions options;
    options.plan = options_.plan;
    options.plan.schema = schema_;
    options.jobs = options_.jobs;
    options.keepOnFailure = false;
    // What that would say no to is told, and the rest tried.
    options.skipUntranslatable = true;
    return options;
  }

  /// As of the source; how the copy was found is no matter.
  void takeFindings(const std::vector<Finding>& findings) {
    for (Finding finding : findings) {
      if (finding.code == "source-file") continue;
      if (finding.object == copy_) finding.object = path_;
      report_.findings.push_back(std::move(finding));
    }
  }

  /// False where a migration would be refused.
  bool move(const DatabaseUrl& server) {
    const auto begun = Clock::now();
    Report moved;
    try {
      moved = migrate(copy_, server, migrateOptions(), progress_);
    } catch (const StageError& failure) {
      if (failure.stage != Stage::refused || progress_.stop) throw;
      report_.refusal.push_back(failure.error.what());
      if (failure.report) takeFindings(failure.report->findings);
      return false;
    }
    report_.migrateSeconds = since(begun);
    takeFindings(moved.findings);
    for (const PhaseTime& phase : moved.phases)
      report_.stages.push_back(phase);
    report_.tables = static_cast<std::int64_t>(moved.tables.size());
    for (const TableVerification& table : moved.verification.tables)
      report_.rows += table.source.rows;
    plan_.tables = moved.tables;
    report_.equal = moved.verified();
    if (!moved.verified()) {
      report_.faults = moved.verification.objectFaults;
      report_.faults.emplace_back(
          "the copy in PostgreSQL is not equal; `repot migrate` tells where");
    }
    return moved.verified();
  }

  SmallChange change(int round) {
    const SourceSchema schema = [&] {
      sqlite::SqliteSource source = sqlite::SqliteSource::open(copy_);
      return readSourceSchema(source.reader());
    }();
    return changeAFew(copy_, plan_, schema, round);
  }

  /// A sync of a few changes, and the application's way over, of which there is none here.
  void lead(const DatabaseUrl& server) {
    CutoverOptions options;
    options.sync.schema = schema_;
    options.sync.jobs = options_.jobs;
    options.downtimeMax = std::chrono::hours(24);
    options.rowsLeft = std::numeric_limits<std::int64_t>::max();
    try {
      const SmallChange changed = change(0);
      report_.changedTable = changed.table;
      report_.changedRows = changed.rows;
      auto begun = Clock::now();
      Syncer(copy_, server, options.sync, progress_).round();
      report_.syncSeconds = since(begun);
      report_.stages.push_back({"sync", report_.syncSeconds});
      change(1);
      begun = Clock::now();
      const CutoverReport over = cutover(copy_, server, options, progress_);
      report_.stages.push_back({"cutover", since(begun)});
      report_.downtimeSeconds = over.downtimeSeconds;
      report_.equal = over.moved;
      report_.faults = over.faults;
    } catch (const StageError& failure) {
      if (failure.stage != Stage::refused || progress_.stop) throw;
      // As of values in a quarantine: the move is one without a sync.
      report_.refusal.push_back(std::string("a sync: ") + failure.error.what());
    }
  }

  const std::string& path_;
  const RehearseOptions& options_;
  Progress& progress_;
  std::string copy_;
  std::string schema_;
  Plan plan_;
  RehearsalReport report_;
};

}  // namespace

RehearsalReport rehearse(const std::string& sourcePath, const std::optional<DatabaseUrl>& target,
                         const RehearseOptions& options, Progress& progress) {
  progress.begin(Progress::Phase::scan, 0);
  RehearsalReport report = Rehearsal(sourcePath, options, progress).run(target);
  progress.finish();
  return report;
}

}  // namespace repot::migrate
