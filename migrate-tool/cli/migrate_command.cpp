// repot migrate: SQLite into PostgreSQL, verified.
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/gate.hpp"
#include "cli/run.hpp"
#include "engine/run/migrate.hpp"

#include <repot/error.hpp>

#include <cstdio>
#include <memory>

namespace repot::cli {
namespace {

struct MigrateArguments {
  PlanArguments plan;
  GateArguments gate;
  OutputArguments output;
  std::size_t jobs = 2;
  std::size_t batchBytes = migrate::LoadOptions().batchBytes;
  std::uint64_t rateLimit = 0;
  bool skipUntranslatable = false;
  ExistingArguments existing;
  std::vector<std::string> truncate;
};

/// Options that say nothing unless the target's tables exist already.
void requireDataOnly(const MigrateArguments& arguments) {
  const ExistingArguments& existing = arguments.existing;
  if (existing.dataOnly) return;
  if (existing.assumeUtc || existing.cutFractions || !arguments.truncate.empty()) {
    throw Error(
        ErrorKind::usage,
        "--assume-utc, --cut-fractions and --truncate are for --data-only, where the target "
        "has its tables already");
  }
}

int run(const MigrateArguments& arguments) {
  const std::string source = arguments.plan.sourcePath();
  const DatabaseUrl target = arguments.plan.targetUrl();
  migrate::MigrateOptions options;
  options.plan = arguments.plan.options();
  options.savedPlan = arguments.plan.savedPlan();
  options.load.batchBytes = arguments.batchBytes;
  if (arguments.rateLimit > 0) {
    options.load.rate =
        std::make_shared<migrate::RateLimit>(static_cast<std::int64_t>(arguments.rateLimit));
  }
  options.jobs = arguments.jobs;
  options.skipUntranslatable = arguments.skipUntranslatable;
  requireDataOnly(arguments);
  options.pairing = arguments.existing.options();
  options.pairing.truncate = arguments.truncate;
  GateOutcome gate;
  try {
    gate = passGate(source, arguments.gate, arguments.output.quiet);
    if (!gate.passed) return refused;
  } catch (const Error& error) {
    std::fprintf(stderr, "repot: %s\n", error.what());
    return sourceUnusable;
  }
  return runReported(arguments.output, [&](migrate::Progress& progress) {
    migrate::Report report = arguments.existing.dataOnly
                                 ? migrate::fill(source, target, options, progress)
                                 : migrate::migrate(source, target, options, progress);
    report.signals = gate.signals;
    return report;
  });
}

}  // namespace

void addMigrate(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<MigrateArguments>();
  CLI::App* command = app.add_subcommand(
      "migrate", "Move an SQLite database into PostgreSQL, and prove that every row arrived");
  command->footer(
      "All tables are loaded and verified out of sight and appear in the target at once, or not "
      "at\n"
      "all. The source is only read.\n\n"
      "Examples:\n"
      "  repot migrate app.db postgresql://app@db.example.org/app\n"
      "  repot migrate sqlite:///app.db postgresql:///app --schema app --jobs 4 --yes\n"
      "  PGPASSWORD=… repot migrate app.db postgresql://app@localhost/app --json");
  arguments->plan.addTo(*command, PlanArguments::Target::required);
  command
      ->add_option("--plan", arguments->plan.planFile,
                   "Carry out a plan saved by `repot plan --json`")
      ->type_name("FILE");
  command->add_option("--jobs,-j", arguments->jobs, "Streams that load at the same time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
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
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace repot::cli
