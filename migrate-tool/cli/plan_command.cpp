// repot plan: what a migration would do, and why.
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "engine/plan_json.hpp"
#include "engine/plan_text.hpp"
#include "engine/planner.hpp"
#include "engine/run/target.hpp"

#include <repot/error.hpp>

#include <cstdio>
#include <limits>
#include <memory>
#include <optional>

namespace repot::cli {
namespace {

struct Arguments {
  PlanArguments plan;
  bool json = false;
  bool sql = false;
  bool all = false;
};

/// Says on stderr what stands in the way at the target; returns the exit code for it.
int judgeTarget(const DatabaseUrl& target, const migrate::Plan& plan) {
  try {
    migrate::Control control(target);
    const std::vector<Error> problems = migrate::targetProblems(control, plan);
    std::fprintf(stderr, "Target %s: %s\n", target.toString().c_str(),
                 problems.empty() ? "ready" : "a migration would be refused");
    for (const Error& problem : problems)
      std::fprintf(stderr, "  %s\n", problem.what());
    if (problems.empty()) return success;
    return problems.front().kind() == ErrorKind::conflict ? refused : targetUnusable;
  } catch (const Error& error) {
    std::fprintf(stderr, "repot: %s\n", error.what());
    return targetUnusable;
  }
}

migrate::Plan planOf(const Arguments& arguments, const std::string& path) {
  migrate::PlanOptions options = arguments.plan.options();
  if (arguments.all) options.examples = std::numeric_limits<std::ptrdiff_t>::max();
  sqlite::SqliteSource source = sqlite::SqliteSource::open(path);
  return migrate::makePlan(source, options);
}

int run(const Arguments& arguments) {
  const std::string path = arguments.plan.sourcePath();
  const bool hasTarget = !arguments.plan.target.empty();
  const auto target = hasTarget ? std::optional(arguments.plan.targetUrl()) : std::nullopt;
  migrate::Plan plan;
  try {
    plan = planOf(arguments, path);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::usage) throw;
    std::fprintf(stderr, "repot: %s\n", error.what());
    return sourceUnusable;
  }
  const std::string text = arguments.json  ? migrate::planToJson(plan)
                           : arguments.sql ? migrate::planToSql(plan)
                                           : migrate::planToText(plan);
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
  if (target) {
    if (const int code = judgeTarget(*target, plan); code != success) return code;
  }
  return plan.refused() ? refused : plan.hasReported() ? doneWithReported : success;
}

}  // namespace

void addPlan(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "plan", "Show what a migration would do with each table, column and object, and why");
  command->footer(
      "Reads all values of the source once and writes nothing. With a TARGET it also says whether\n"
      "the server, its rights and its names would let the migration through.\n\n"
      "Examples:\n"
      "  repot plan app.db\n"
      "  repot plan app.db postgresql://app@db.example.org/app\n"
      "  repot plan app.db --sql > schema.sql\n"
      "  repot plan app.db --json > plan.json && repot migrate app.db postgresql:///app --plan "
      "plan.json");
  arguments->plan.addTo(*command, PlanArguments::Target::optional);
  CLI::Option* json =
      command->add_flag("--json", arguments->json, "Print the plan as JSON, for --plan");
  command->add_flag("--sql", arguments->sql, "Print the DDL that a migration runs")->excludes(json);
  command->add_flag("--all", arguments->all,
                    "Name every value that does not fit, not only the first five of each kind");
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace repot::cli
