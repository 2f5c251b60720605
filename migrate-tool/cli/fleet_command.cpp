// repot fleet: many SQLite files, one for each tenant, into one PostgreSQL.
#include "cli/fleet_command.hpp"

#include "cli/arguments.hpp"
#include "cli/exit_codes.hpp"
#include "cli/fleet_arguments.hpp"
#include "cli/fleet_view.hpp"
#include "cli/gate.hpp"
#include "cli/growth_arguments.hpp"
#include "cli/plan_settings.hpp"
#include "cli/run.hpp"
#include "cli/stop_signals.hpp"
#include "engine/fleet/fleet.hpp"
#include "engine/fleet/fleet_assess.hpp"

#include <repot/error.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace repot::cli {
namespace {

using migrate::TenantState;

struct MoveArguments {
  FleetArguments fleet;
  PlanArguments plan;
  GateArguments gate;
  OutputArguments output;
  std::size_t atOnce = 0;
  std::size_t jobs = 1;
  bool dryRun = false;
  bool skipUntranslatable = false, copySource = false;
  bool verify = false, failFast = false;
  unsigned reconnectSeconds = 60;
};

struct AssessArguments {
  FleetArguments fleet;
  GrowthArguments growth;
  bool json = false, quiet = false;
  std::string page;
};

/// That of the gravest, so that 0 means all.
ExitCode codeOf(const migrate::FleetReport& report) {
  static constexpr std::pair<TenantState, ExitCode> gravestFirst[] = {
      {TenantState::different, different},   {TenantState::failed, failed},
      {TenantState::target, targetUnusable}, {TenantState::source, sourceUnusable},
      {TenantState::refused, refused},       {TenantState::stopped, failed},
      {TenantState::waiting, failed},        {TenantState::incomplete, doneWithReported}};
  const int signal = StopSignals::caught();
  const bool stopped = report.count(TenantState::stopped) + report.count(TenantState::waiting) > 0;
  if (signal != 0 && stopped) return static_cast<ExitCode>(128 + signal);
  for (const auto& [state, code] : gravestFirst) {
    if (report.count(state) > 0) return code;
  }
  return success;
}

/// Prints and writes the report; the exit code.
int finish(const MoveArguments& arguments, const migrate::FleetReport& report) {
  const ExitCode code = codeOf(report);
  const OutputArguments& output = arguments.output;
  const std::string json = migrate::reportToJson(report);
  if (output.json) {
    std::fputs(json.c_str(), stdout);
  } else if (!output.quiet || code != success) {
    std::fputs(migrate::reportToText(report).c_str(), stdout);
  }
  bool written = writeReportFile(output, json);
  if (!output.page.empty()) {
    try {
      writeReport(output.page, migrate::reportToHtml(report, describe(code)));
    } catch (const Error& error) {
      std::fprintf(stderr, "repot: %s\n", error.what());
      written = false;
    }
  }
  return written || code != success ? code : internalError;
}

migrate::FleetOptions optionsOf(const MoveArguments& arguments, std::size_t tenants) {
  migrate::FleetOptions options;
  options.each.plan = arguments.plan.options();
  if (options.each.plan.schema != migrate::PlanOptions().schema) {
    throw Error(ErrorKind::usage,
                "schema: each tenant gets a schema of its own; see --schema-template");
  }
  options.each.jobs = arguments.jobs;
  options.each.skipUntranslatable = arguments.skipUntranslatable;
  options.each.copySource = arguments.copySource;
  options.each.reconnectFor = std::chrono::seconds(arguments.reconnectSeconds);
  constexpr std::size_t most = 8;
  const std::size_t cores = std::max<std::size_t>(std::thread::hardware_concurrency(), 1);
  options.atOnce = arguments.atOnce > 0 ? arguments.atOnce : std::min(cores, most);
  options.atOnce = std::min(options.atOnce, tenants);
  options.verifyFinished = arguments.verify;
  options.failFast = arguments.failFast;
  return options;
}

/// Whether there is a reason to move: a growth signal of any of them, --yes, or an answer.
bool passFleetGate(const MoveArguments& arguments, const std::vector<migrate::Tenant>& tenants) {
  if (arguments.gate.yes) return true;
  const std::atomic<bool> never{false};
  const migrate::FleetAssessment fleet =
      migrate::assessFleet(tenants, arguments.gate.growth.assessOptions(), never);
  if (fleet.verdict() != GrowthSignal::Level::none) return true;
  if (askAtTerminal("No growth signal of any tenant is reached. Move them all the same? [y/N] "))
    return true;
  std::fputs(
      "repot: no growth signal of any tenant is reached: SQLite still serves them well; nothing "
      "was written. Say --yes to move them all the same, or what it is for by --replicas, "
      "--regions or --users\n",
      stderr);
  return false;
}

/// Nothing was written: the names are judged before anything is.
migrate::FleetReport refusedByName(const std::vector<migrate::Tenant>& tenants,
                                   const std::map<std::size_t, std::string>& refusals,
                                   const DatabaseUrl& target) {
  migrate::FleetReport report;
  report.command = "fleet migrate";
  report.target = target.toString();
  for (std::size_t i = 0; i < tenants.size(); ++i) {
    migrate::TenantResult& result = report.tenants.emplace_back();
    result.source = tenants[i].source;
    result.schema = tenants[i].schema;
    const auto refusal = refusals.find(i);
    if (refusal == refusals.end()) continue;
    result.state = TenantState::refused;
    result.message = refusal->second;
  }
  return report;
}

int run(const MoveArguments& arguments) {
  const std::optional<DatabaseUrl> target = arguments.fleet.target();
  migrate::FleetSources found = arguments.fleet.sources();
  std::vector<migrate::Tenant>& tenants = found.tenants;
  const migrate::FleetOptions options = optionsOf(arguments, tenants.size());
  std::map<std::size_t, std::string> refusals;
  for (const auto& refusal :
       migrate::nameTenants(tenants, arguments.fleet.naming(options.each.plan.nameCase)))
    refusals[refusal.tenant] = refusal.reason;
  if (!arguments.dryRun) {
    if (!refusals.empty()) {
      std::fputs(
          "repot: some tenants cannot be called so; nothing was written. --schema-template, "
          "--schema-map and --list give other names\n",
          stderr);
      return finish(arguments, refusedByName(tenants, refusals, *target));
    }
    if (!passFleetGate(arguments, tenants)) return refused;
  }
  migrate::FleetProgress progress;
  const StopSignals signals(progress.stop);
  migrate::FleetReport report;
  try {
    const OutputArguments& output = arguments.output;
    const FleetView view(progress, !output.quiet && !output.noProgress && !output.json);
    report = arguments.dryRun ? migrate::planFleet(tenants, refusals, target ? &*target : nullptr,
                                                   options, progress)
                              : migrate::migrateFleet(tenants, *target, options, progress);
  } catch (const migrate::StageError& failure) {
    std::fprintf(stderr, "repot: %s\nrepot: no tenant was begun\n", failure.error.what());
    return exitCodeOf(failure.error, failure.stage);
  }
  report.skipped = std::move(found.skipped);
  report.skippedCount = found.skippedCount;
  return finish(arguments, report);
}

int assess(const AssessArguments& arguments) {
  arguments.fleet.target();
  const migrate::FleetSources found = arguments.fleet.sources();
  std::atomic<bool> stop{false};
  const StopSignals signals(stop);
  migrate::FleetAssessment fleet;
  try {
    fleet = migrate::assessFleet(found.tenants, arguments.growth.assessOptions(), stop);
  } catch (const Error& error) {
    std::fprintf(stderr, "repot: %s\n", error.what());
    return exitCodeOfReading(error);
  }
  if (arguments.json) {
    std::fputs(assessmentToJson(fleet).c_str(), stdout);
  } else if (!arguments.quiet) {
    std::fputs(assessmentToText(fleet).c_str(), stdout);
  }
  if (!arguments.page.empty()) writeReport(arguments.page, assessmentToHtml(fleet));
  if (fleet.unreadableCount > 0) return sourceUnusable;
  return exitCodeOf(fleet.verdict());
}

void addMoving(CLI::App& command, const std::shared_ptr<MoveArguments>& arguments, bool plan) {
  using Target = FleetArguments::Target;
  arguments->fleet.addTo(command, plan ? Target::optional : Target::required);
  command
      .add_option("--tenants-at-once,-t", arguments->atOnce,
                  "Tenants at the same time; by default as many as there are cores, 8 at most")
      ->check(CLI::Range(1, 64));
  command.add_flag("--skip-untranslatable", arguments->skipUntranslatable,
                   "Go on without objects that cannot be carried over (triggers, …)");
  command.add_flag("--copy-source", arguments->copySource,
                   "Read private copies of the files ($TMPDIR)");
  if (!plan) {
    command.add_option("--jobs,-j", arguments->jobs, "Streams of each tenant")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    command.add_flag("--dry-run", arguments->dryRun, "Only tell what would be done: fleet plan");
    command.add_flag("--verify", arguments->verify,
                     "Compare also tenants that were finished before and did not change since");
    command.add_flag("--fail-fast", arguments->failFast,
                     "Begin no other tenant after one that is not done");
    command
        .add_option("--reconnect-for", arguments->reconnectSeconds,
                    "Seconds that a target which was lost on the way is waited for")
        ->check(CLI::Range(0, 86'400))
        ->capture_default_str();
    arguments->gate.addTo(command);
  }
  addPlanSettings(command, arguments->plan);
  // Each tenant has its own.
  command.remove_option(command.get_option("--schema"));
  arguments->output.addTo(command);
  arguments->output.addPageTo(command);
}

void addFleetMigrate(CLI::App& fleet, Action& chosen) {
  const auto arguments = std::make_shared<MoveArguments>();
  CLI::App* command = fleet.add_subcommand(
      "migrate", "Move many SQLite files into one PostgreSQL, each into a schema of its own");
  command->footer(
      "Each tenant is moved as `repot migrate` does it: verified, and there at once or not at "
      "all.\n"
      "One that fails stops no other. The same command goes on with what is not done.\n\n"
      "Examples:\n"
      "  repot fleet migrate tenants/ postgresql://app@db.example.org/app --yes\n"
      "  repot fleet migrate 'data/*/app.db' postgresql:///app --schema-template 't_{folder}'\n"
      "  repot fleet migrate --list tenants.txt postgresql:///app --report fleet.html");
  addMoving(*command, arguments, false);
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

void addFleetPlan(CLI::App& fleet, Action& chosen) {
  const auto arguments = std::make_shared<MoveArguments>();
  arguments->dryRun = true;
  CLI::App* command = fleet.add_subcommand(
      "plan", "Tell which tenants would be refused and why, and which have another schema");
  command->footer(
      "Reads all values of all files and writes nothing. With a target it is asked, too.\n\n"
      "Examples:\n"
      "  repot fleet plan tenants/\n"
      "  repot fleet plan tenants/ postgresql:///app --report fleet.html");
  addMoving(*command, arguments, true);
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

void addFleetAssess(CLI::App& fleet, Action& chosen) {
  const auto arguments = std::make_shared<AssessArguments>();
  CLI::App* command = fleet.add_subcommand(
      "assess", "Growth signals over all tenants: sums, sizes, and which to move first");
  command->footer(
      "Exit code 0: all may stay, 10: prepare, 11: move some now, 3: some cannot be read.\n\n"
      "Examples:\n"
      "  repot fleet assess tenants/\n"
      "  repot fleet assess --list tenants.txt --size-act 200MB --json");
  arguments->fleet.addTo(*command, FleetArguments::Target::none);
  command->add_flag("--json", arguments->json, "Print the assessment as JSON");
  command->add_flag("--quiet,-q", arguments->quiet, "Print nothing but errors");
  command
      ->add_option("--report", arguments->page,
                   "Write it as a page into a file, over what is there")
      ->type_name("FILE.html");
  arguments->growth.addTo(*command);
  command->callback([arguments, &chosen] { chosen = [arguments] { return assess(*arguments); }; });
}

}  // namespace

void addFleet(CLI::App& app, Action& chosen) {
  CLI::App* fleet = app.add_subcommand(
      "fleet", "Move many SQLite files, one for each tenant, into one PostgreSQL");
  fleet->require_subcommand(1);
  addFleetAssess(*fleet, chosen);
  addFleetMigrate(*fleet, chosen);
  addFleetPlan(*fleet, chosen);
}

}  // namespace repot::cli
