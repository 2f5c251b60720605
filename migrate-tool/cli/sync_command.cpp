// repot sync: brings what changed in the source since a migration.
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/run.hpp"
#include "engine/run/stages.hpp"
#include "engine/sync/capture_log.hpp"
#include "engine/sync/follow.hpp"
#include "engine/sync/sync.hpp"

#include <repot/error.hpp>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

namespace repot::cli {
namespace {

struct SyncArguments {
  std::string source;
  std::string target;
  migrate::SyncOptions options;
  bool follow = false;
  double interval = 5;
  bool captureStop = false;
  OutputArguments output;
};

/// False where the report could not be written.
bool print(const OutputArguments& output, const migrate::SyncReport& report) {
  const std::string json = migrate::reportToJson(report);
  if (output.json) {
    std::fputs(json.c_str(), stdout);
  } else if (!output.quiet || report.foreign()) {
    std::fputs(migrate::reportToText(report).c_str(), stdout);
  }
  std::fflush(stdout);
  const bool page = writePage(
      output, migrate::reportToHtml(report, describe(report.foreign() ? different : success)));
  return writeReportFile(output, json) && page;
}

int followed(const SyncArguments& arguments, const std::string& source, const DatabaseUrl& target,
             migrate::Progress& progress) {
  migrate::FollowOptions follow;
  follow.interval = std::chrono::milliseconds(static_cast<std::int64_t>(arguments.interval * 1000));
  int code = success;
  follow.report = [&](const migrate::SyncReport& report) {
    if (!print(arguments.output, report)) code = internalError;
    if (report.foreign()) code = different;
  };
  follow.trouble = [](const Error& error) {
    std::fprintf(stderr, "repot: %s; the next round tries again\n", error.what());
  };
  migrate::follow(source, target, arguments.options, follow, progress);
  return code;
}

int once(const SyncArguments& arguments, const std::string& source, const DatabaseUrl& target,
         migrate::Progress& progress) {
  migrate::Syncer syncer(source, target, arguments.options, progress);
  const migrate::SyncReport report =
      syncer.unchangedByFiles() ? syncer.nothingToDo() : syncer.round();
  progress.finish();
  const bool written = print(arguments.output, report);
  if (report.foreign()) return different;
  return written ? success : internalError;
}

/// Needs no target, which may have taken the file's place long ago.
int stopCapture(const OutputArguments& output, const std::string& source) {
  return runWatched(output, [&](migrate::Progress& progress) -> int {
    const bool removed = migrate::reading(source, [&] { return migrate::removeCapture(source); });
    progress.finish();
    if (output.json) {
      std::printf("{\"removed\":%s}\n", removed ? "true" : "false");
    } else if (!output.quiet) {
      std::printf(removed ? "taken away: the table repot_capture and its triggers\n"
                          : "there is no capture in this file; nothing was done\n");
    }
    return success;
  });
}

int run(const SyncArguments& arguments) {
  const std::string source = sqlitePath(arguments.source);
  if (arguments.captureStop) return stopCapture(arguments.output, source);
  if (arguments.target.empty())
    throw Error(ErrorKind::usage, "TARGET is required, but with --capture-stop");
  const DatabaseUrl target = postgresqlUrl(arguments.target);
  return runWatched(arguments.output, [&](migrate::Progress& progress) {
    return arguments.follow ? followed(arguments, source, target, progress)
                            : once(arguments, source, target, progress);
  });
}

}  // namespace

void addSync(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<SyncArguments>();
  CLI::App* command = app.add_subcommand(
      "sync", "After a migration: bring what changed in SQLite since, while it is written to");
  command->footer(
      "TARGET is what `repot migrate` made of SOURCE. The source is only read, in one snapshot, "
      "and "
      "needs no\ntriggers: digests in the target's ledger tell which rows changed. The target "
      "changes in one transaction,\nwhich is read back before it counts.\n\n"
      "Examples:\n"
      "  repot sync app.db postgresql://app@db.example.org/app\n"
      "  repot sync app.db postgresql:///app --follow --interval 2\n"
      "  repot sync app.db postgresql:///app --capture\n"
      "  repot sync app.db --capture-stop\n"
      "  repot sync app.db postgresql:///app --dry-run --json");
  addEnds(*command, arguments->source, arguments->target, /*targetRequired=*/false);
  command->add_option("--schema", arguments->options.schema, "Schema that the migration made")
      ->capture_default_str();
  command->add_flag("--follow", arguments->follow,
                    "Go on, round by round, until Ctrl-C, which rolls a round back");
  command->add_option("--interval", arguments->interval, "Seconds between two looks of --follow")
      ->check(CLI::Range(0.1, 86400.0))
      ->capture_default_str();
  CLI::Option* const dryRun = command->add_flag("--dry-run,-n", arguments->options.dryRun,
                                                "Find what would change, and write nothing");
  command->add_flag("--overwrite", arguments->options.overwrite,
                    "Compare every row, and take the source's where somebody changed the target's, "
                    "or another file of the same schema was migrated");
  CLI::Option* const copySource = command->add_flag(
      "--copy-source", arguments->options.copySource,
      "Read a private copy, so that writers of a database in rollback-journal mode do not wait");
  CLI::Option* const capture = command->add_flag(
      "--capture", arguments->options.capture,
      "Add a table and triggers to SOURCE (repot_capture…) that keep the keys of rows that change, "
      "and from the second time on read these rows only");
  capture->excludes(dryRun)->excludes(copySource);
  command->add_flag("--capture-stop", arguments->captureStop, "Take them away again, and no more")
      ->excludes(capture);
  command->add_option("--jobs,-j", arguments->options.jobs, "Streams that read the source")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  arguments->output.addTo(*command);
  arguments->output.addPageTo(*command);
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace repot::cli
