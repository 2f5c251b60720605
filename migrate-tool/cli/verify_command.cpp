// repot verify: whether a target holds exactly what a source holds.
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/run.hpp"
#include "engine/run/migrate.hpp"

#include <memory>

namespace repot::cli {
namespace {

struct VerifyArguments {
  PlanArguments plan;
  OutputArguments output;
};

int run(const VerifyArguments& arguments) {
  const std::string source = arguments.plan.sourcePath();
  const DatabaseUrl target = arguments.plan.targetUrl();
  migrate::MigrateOptions options;
  options.plan = arguments.plan.options();
  options.savedPlan = arguments.plan.savedPlan();
  return runReported(arguments.output, [&](migrate::Progress& progress) {
    return migrate::verify(source, target, options, progress);
  });
}

}  // namespace

void addVerify(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<VerifyArguments>();
  CLI::App* command = app.add_subcommand(
      "verify",
      "Compare an SQLite database with its migrated copy: every row, index, key and identity");
  command->footer(
      "Both sides are only read. Give the same options as to `repot migrate`.\n\n"
      "Example:\n"
      "  repot verify app.db postgresql://app@db.example.org/app");
  arguments->plan.addTo(*command, PlanArguments::Target::required);
  command
      ->add_option("--plan", arguments->plan.planFile, "The saved plan that the target was made by")
      ->type_name("FILE");
  arguments->output.addTo(*command);
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace repot::cli
