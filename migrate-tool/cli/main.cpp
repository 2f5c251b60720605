// The repot command: reads the command line and runs the command it names.
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/fleet_command.hpp"
#include "cli/hidden_arguments.hpp"
#include "cli/run.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  const std::vector<std::string> arguments = repot::cli::hideArguments(argc, argv);
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments)
    pointers.push_back(argument.c_str());
  CLI::App app("Repot: start in SQLite, repot to PostgreSQL when you outgrow it", "repot");
  app.set_version_flag("--version", "repot " REPOT_VERSION);
  app.require_subcommand(1);
  repot::cli::Action action;
  repot::cli::addAssess(app, action);
  repot::cli::addBackup(app, action);
  repot::cli::addConfig(app, action);
  repot::cli::addCutover(app, action);
  repot::cli::addDoctor(app, action);
  repot::cli::addFleet(app, action);
  repot::cli::addInit(app, action);
  repot::cli::addMaintain(app, action);
  repot::cli::addMetrics(app, action);
  repot::cli::addMigrate(app, action);
  repot::cli::addPlan(app, action);
  repot::cli::addRehearse(app, action);
  repot::cli::addRevert(app, action);
  repot::cli::addSchema(app, action);
  repot::cli::addShadow(app, action);
  repot::cli::addSync(app, action);
  repot::cli::addTop(app, action);
  repot::cli::addVerify(app, action);
  repot::cli::addCompletion(app, action);
  repot::cli::addManual(app, action);
  try {
    app.parse(argc, pointers.data());
    return action();
  } catch (const CLI::ParseError& error) {
    // --help and --version end the parsing too, and are no errors.
    return app.exit(error) == 0 ? repot::cli::success : repot::cli::usageError;
  } catch (const std::exception& error) {
    return repot::cli::fail(error);
  }
}
