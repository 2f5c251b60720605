// The commands of repot. Each file adds one subcommand to the parser; its action runs when the
// command line has been read, and returns an exit code.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace repot::cli {

using Action = std::function<int()>;

/// Adds the command; `chosen` is set to its action when the user names it.
void addAssess(CLI::App& app, Action& chosen);
void addBackup(CLI::App& app, Action& chosen);
void addConfig(CLI::App& app, Action& chosen);
void addCompletion(CLI::App& app, Action& chosen);
void addCutover(CLI::App& app, Action& chosen);
void addDoctor(CLI::App& app, Action& chosen);
void addInit(CLI::App& app, Action& chosen);
void addMaintain(CLI::App& app, Action& chosen);
void addManual(CLI::App& app, Action& chosen);
void addMetrics(CLI::App& app, Action& chosen);
void addMigrate(CLI::App& app, Action& chosen);
void addPlan(CLI::App& app, Action& chosen);
void addRehearse(CLI::App& app, Action& chosen);
void addRevert(CLI::App& app, Action& chosen);
void addSchema(CLI::App& app, Action& chosen);
void addShadow(CLI::App& app, Action& chosen);
void addSync(CLI::App& app, Action& chosen);
void addTop(CLI::App& app, Action& chosen);
void addVerify(CLI::App& app, Action& chosen);

}  // namespace repot::cli
