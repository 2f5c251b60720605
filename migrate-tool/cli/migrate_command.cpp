// repot migrate: SQLite into PostgreSQL, verified.
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/gate.hpp"
#include "cli/run.hpp"
#include "engine/run/migrate.hpp"
#include "engine/run/stages.hpp"

#include <repot/error.hpp>

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

namespace repot::cli {
namespace {

struct MigrateArguments {
  PlanArguments plan;
  GateArguments gate;
  OutputArguments output;
  std::size_t jobs = 0;
  std::size_t batchBytes = migrate::LoadOptions().batchBytes;
  std::int64_t chunkBytes = migrate::LoadOptions().chunkBytes;
  std::uint64_t rateLimit = 0;
  bool skipUntranslatable = false;
  bool copySource = false;
  ExistingArguments existing;
  std::vector<std::string> truncate;
  bool resume = false;
  bool abort = false;
  std::string onFailure = "keep";
  unsigned reconnectSeconds = 60;
  unsigned silentSeconds = 30;
  std::string waitStandbys;
  unsigned standbySeconds = 300;
  std::string verifyOn;
};

/// Options that say nothing unless the target's tables exist already.
void requireDataOnly(const MigrateArguments& arguments) {
  const ExistingArguments& existing = arguments.existing;
  if (existing.dataOnly) {
    if (!arguments.verifyOn.empty()) {
      throw Error(ErrorKind::usage,
                  "--data-only reads back within its one transaction, which no standby sees; run "
                  "repot verify --data-only on the standby afterwards");
    }
    if (!arguments.resume && !arguments.abort) return;
    throw Error(ErrorKind::usage,
                "--data-only is one transaction, of which nothing stays when it is stopped: there "
                "is nothing to --resume or to --abort; run it again");
  }
  if (existing.assumeUtc || existing.cutFractions || !arguments.truncate.empty()) {
    throw Error(
        ErrorKind::usage,
        "--assume-utc, --cut-fractions and --truncate are for --data-only, where the target "
        "has its tables already");
  }
}

/// Removes what a stopped run left. The source is not looked at; it may be gone.
int abort(const MigrateArguments& arguments) {
  const DatabaseUrl target = arguments.plan.targetUrl();
  const std::optional<migrate::Plan> saved = arguments.plan.savedPlan();
  const std::string schema = saved ? saved->targetSchema : arguments.plan.options().schema;
  requireDataOnly(arguments);
  const std::string question = "Remove what a stopped migration into the schema \"" + schema +
                               "\" has loaded so far? [y/N] ";
  if (!arguments.gate.yes && !askAtTerminal(question.c_str())) {
    std::fputs("repot: nothing was removed; say --yes to remove it\n", stderr);
    return refused;
  }
  return runStaged([&] {
    const auto removed = migrate::abortMigration(target, schema);
    if (arguments.output.quiet) return;
    if (removed) {
      std::printf("removed: the run %s of %s, begun at %s\n", removed->run.c_str(),
                  removed->source.c_str(), removed->startedAt.c_str());
    } else {
      std::printf("no migration into the schema \"%s\" was stopped; nothing was removed\n",
                  schema.c_str());
    }
  });
}

/// The gate has said why on stderr.
int notBegun(const MigrateArguments& arguments, const migrate::StageError& failure,
             const std::vector<GrowthSignal>& signals) {
  migrate::Report report =
      migrate::newReport("migrate", arguments.plan.sourcePath(), arguments.plan.targetUrl());
  report.signals = signals;
  return reportFailure(arguments.output, std::move(report), failure);
}

int run(const MigrateArguments& arguments) {
  if (arguments.abort) return abort(arguments);
  const std::string source = arguments.plan.sourcePath();
  const DatabaseUrl target = arguments.plan.targetUrl();
  migrate::MigrateOptions options;
  options.plan = arguments.plan.options();
  options.savedPlan = arguments.plan.savedPlan();
  options.load.batchBytes = arguments.batchBytes;
  options.load.chunkBytes = arguments.chunkBytes;
  if (arguments.rateLimit > 0) {
    options.load.rate =
        std::make_shared<migrate::RateLimit>(static_cast<std::int64_t>(arguments.rateLimit));
  }
  options.jobs = arguments.jobs;
  options.skipUntranslatable = arguments.skipUntranslatable;
  options.copySource = arguments.copySource;
  options.resume = arguments.resume;
  options.keepOnFailure = arguments.onFailure == "keep";
  options.silentAfter = std::chrono::seconds(arguments.silentSeconds);
  options.reconnectFor = std::chrono::seconds(arguments.reconnectSeconds);
  if (!arguments.waitStandbys.empty())
    options.standbys = migrate::parseStandbyWish(arguments.waitStandbys);
  options.standbyPatience = std::chrono::seconds(arguments.standbySeconds);
  if (!arguments.verifyOn.empty()) options.verifyOn = postgresqlUrl(arguments.verifyOn);
  requireDataOnly(arguments);
  options.pairing = arguments.existing.options();
  options.pairing.truncate = arguments.truncate;
  GateOutcome gate;
  try {
    gate = passGate(source, arguments.gate, arguments.output.quiet, arguments.copySource);
    if (!gate.passed) {
      const Error reason(ErrorKind::conflict, "no growth signal is reached, and nobody said --yes");
      return notBegun(arguments, {migrate::Stage::refused, reason}, gate.signals);
    }
  } catch (const Error& error) {
    std::fprintf(stderr, "repot: %s\n", error.what());
    return notBegun(arguments, {migrate::Stage::source, error}, {});
  }
  return runReported(arguments.output, [&](migrate::Progress& progress) {
    migrate::Report report = arguments.existing.dataOnly
                                 ? migrate::fill(source, target, options, progress)
                                 : migrate::migrate(source, target, options, progress);
    report.signals = gate.signals;
    return report;
  });
}

void addRecovery(CLI::App& command, MigrateArguments& arguments) {
  const char* group = "After a run that was stopped";
  command
      .add_option(
          "--chunk-bytes", arguments.chunkBytes,
          "Large tables are committed in parts of about so many bytes, by default of what is "
          "loaded in a second; smaller ones lose less where a run is stopped")
      ->transform(CLI::AsSizeValue(true))
      ->check(CLI::Range(std::int64_t{1} << 16, std::int64_t{1} << 40))
      ->type_name("BYTES")
      ->group(group);
  command
      .add_flag("--resume", arguments.resume,
                "Go on with it, as the same command does anyway; where it was finished, verify it "
                "again; where there is none, begin")
      ->group(group);
  command
      .add_flag("--abort", arguments.abort,
                "Remove what it has made in the target; SOURCE is not looked at")
      ->excludes("--resume")
      ->group(group);
  command
      .add_option("--on-failure", arguments.onFailure,
                  "What becomes of the rows that are loaded: keep, to go on later, or drop")
      ->check(CLI::IsMember({"keep", "drop"}))
      ->capture_default_str()
      ->group(group);
  command
      .add_option("--reconnect-for", arguments.reconnectSeconds,
                  "Seconds that a target which was lost on the way is waited for")
      ->check(CLI::Range(0, 86'400))
      ->capture_default_str()
      ->group(group);
  command
      .add_option("--silent-after", arguments.silentSeconds,
                  "Seconds after which a connection counts as lost that brings no answer although "
                  "the server does nothing for it")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str()
      ->group(group);
}

void addStandbys(CLI::App& command, MigrateArguments& arguments) {
  const char* group = "With standbys of the target";
  command
      .add_option("--wait-standbys", arguments.waitStandbys,
                  "Wait in the end until these have replayed the run: all, a number of them, or "
                  "their names (application_name) with commas between them")
      ->type_name("WHICH")
      ->group(group);
  command
      .add_option("--verify-on", arguments.verifyOn,
                  "Read back on this standby of TARGET, in place of on TARGET itself, once it has "
                  "replayed what was loaded")
      ->type_name("URL")
      ->group(group);
  command
      .add_option("--standby-timeout", arguments.standbySeconds,
                  "Seconds that a standby is waited for")
      ->check(CLI::Range(0, 86'400))
      ->capture_default_str()
      ->group(group);
}

}  // namespace

void addMigrate(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<MigrateArguments>();
  CLI::App* command = app.add_subcommand(
      "migrate", "Move an SQLite database into PostgreSQL, and prove that every row arrived");
  command->footer(
      "All tables are loaded and verified out of sight and appear in the target at once, or not "
      "at\n"
      "all. The source is only read. A run that was stopped, by whatever, goes on by the same "
      "command.\n\n"
      "Examples:\n"
      "  repot migrate app.db postgresql://app@db.example.org/app\n"
      "  repot migrate sqlite:///app.db postgresql:///app --schema app --jobs 4 --yes\n"
      "  PGPASSWORD=… repot migrate app.db postgresql://app@localhost/app --json\n"
      "  repot migrate app.db postgresql:///app --abort");
  arguments->plan.addTo(*command, PlanArguments::Target::required);
  command
      ->add_option("--plan", arguments->plan.planFile,
                   "Carry out a plan saved by `repot plan --json`")
      ->type_name("FILE");
  command
      ->add_option("--jobs,-j", arguments->jobs,
                   "Streams that scan, load, build and read back; by default two, and more while "
                   "they are measured to bring something")
      ->check(CLI::Range(1, 64));
  command->add_option("--batch-bytes", arguments->batchBytes, "Bytes handed to the network at once")
      ->check(CLI::Range(std::size_t{4096}, std::size_t{64} << 20))
      ->capture_default_str();
  command
      ->add_option("--rate-limit", arguments->rateLimit,
                   "Bytes a second that all streams together send at most: 20MB, 500kB")
      ->transform(CLI::AsSizeValue(true))
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40))
      ->type_name("BYTES");
  command->add_flag("--skip-untranslatable", arguments->skipUntranslatable,
                    "Go on without objects that cannot be carried over (triggers, …); they are "
                    "reported, and the exit code is 7");
  command->add_flag("--copy-source", arguments->copySource,
                    "Read a private copy of the file ($TMPDIR), so that writers of a database in "
                    "rollback-journal mode wait for no longer than the copying");
  addRecovery(*command, *arguments);
  addStandbys(*command, *arguments);
  arguments->gate.addTo(*command);
  command->add_flag("--data-only,--into-existing", arguments->existing.dataOnly,
                    "Only the rows, into tables that the application's own migrations made; one "
                    "transaction, all or nothing");
  command
      ->add_option("--truncate", arguments->truncate,
                   "With --data-only: empty these tables of the target first, in the same "
                   "transaction; repeatable")
      ->type_name("GLOB");
  arguments->existing.addTo(*command);
  arguments->output.addTo(*command);
  arguments->output.addPageTo(*command);
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace repot::cli
