// repot revert: an SQLite file that holds what PostgreSQL holds now.
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/run.hpp"
#include "engine/revert/revert.hpp"

#include <memory>
#include <string>

namespace repot::cli {
namespace {

struct RevertArguments {
  PlanArguments plan;
  OutputArguments output;
  ExistingArguments existing;
  std::string newFile;
};

int run(const RevertArguments& arguments) {
  const std::string source = arguments.plan.sourcePath();
  const DatabaseUrl target = arguments.plan.targetUrl();
  migrate::MigrateOptions options;
  options.plan = arguments.plan.options();
  options.savedPlan = arguments.plan.savedPlan();
  options.pairing = arguments.existing.options();
  return runReported(arguments.output, [&](migrate::Progress& progress) {
    return migrate::revert(source, target, arguments.newFile, options, progress);
  });
}

}  // namespace

void addRevert(CLI::App& app, Action& chosen) {
  const auto arguments = std::make_shared<RevertArguments>();
  CLI::App* command = app.add_subcommand(
      "revert", "Go back: make an SQLite file that holds what PostgreSQL holds now, verified");
  command->footer(
      "SOURCE is the file that was moved, or any other of its schema, an empty one too; TARGET the "
      "database\nthat it was moved into. Both are only read: the new file is a copy of SOURCE with "
      "the rows of TARGET. What\ndid not change since the move stays as it was, to the byte. Give "
      "the same options as to `repot migrate`.\n\n"
      "Example:\n"
      "  repot revert app.db postgresql://app@db.example.org/app --to app-back.db");
  arguments->plan.addTo(*command, PlanArguments::Target::required);
  command->add_option("--to", arguments->newFile, "The file to be made; there must be none")
      ->type_name("FILE")
      ->required();
  command
      ->add_option("--plan", arguments->plan.planFile, "The saved plan that the target was made by")
      ->type_name("FILE");
  command->add_flag("--data-only", arguments->existing.dataOnly,
                    "The application made the target's schema");
  arguments->existing.addTo(*command);
  arguments->output.addTo(*command);
  arguments->output.addPageTo(*command);
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace repot::cli
