// repot plan: what a migration would do, and why.
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "engine/plan_json.hpp"
#include "engine/plan_text.hpp"
#include "engine/planner.hpp"

#include <repot/error.hpp>

#include <cstdio>
#include <memory>

namespace repot::cli {
namespace {

struct Arguments {
  PlanArguments plan;
  bool json = false;
  bool sql = false;
};

int run(const Arguments& arguments) {
  const std::string path = arguments.plan.sourcePath();
  const migrate::PlanOptions options = arguments.plan.options();
  try {
    sqlite::SqliteSource source = sqlite::SqliteSource::open(path);
    const migrate::Plan plan = migrate::makePlan(source, options);
    const std::string text = arguments.json  ? migrate::planToJson(plan)
                             : arguments.sql ? migrate::planToSql(plan)
                                             : migrate::planToText(plan);
    std::fputs(text.c_str(), stdout);
    return plan.refused() ? refused : plan.hasReported() ? doneWithReported : success;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::usage) throw;
    std::fprintf(stderr, "repot: %s\n", error.what());
    return sourceUnusable;
  }
}

}  // namespace

void addPlan(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "plan", "Show what a migration would do with each table, column and object, and why");
  command->footer(
      "Reads all values of the source once and writes nothing.\n\n"
      "Examples:\n"
      "  repot plan app.db\n"
      "  repot plan app.db --sql > schema.sql\n"
      "  repot plan app.db --json > plan.json && repot migrate app.db postgresql:///app --plan "
      "plan.json");
  arguments->plan.addTo(*command, PlanArguments::Target::optional);
  CLI::Option* json =
      command->add_flag("--json", arguments->json, "Print the plan as JSON, for --plan");
  command->add_flag("--sql", arguments->sql, "Print the DDL that a migration runs")->excludes(json);
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace repot::cli
