// repot schema status, history, upgrade, downgrade, stamp, check and diff: the command lines; what
// they do is in <repot/schema/command.hpp>, where applications have it too.
#include "cli/exit_codes.hpp"
#include "cli/schema_commands.hpp"
#include "cli/schema_common.hpp"

#include <repot/backends.hpp>
#include <repot/error.hpp>
#include <repot/schema/command.hpp>

#include <cstdio>
#include <iostream>
#include <memory>

namespace repot::cli {
namespace {

using Verb = schema::Command::Verb;

struct Arguments {
  schema::Command command;
  std::string url;
  std::string migrations = "migrations";
  std::string dialect;  ///< Without a database.
  std::string modelFile;
  int lockTimeout = 60;
};

SchemaUse useOf(const schema::Command& command) {
  switch (command.verb) {
    case Verb::upgrade:
      return command.dryRun ? SchemaUse::foresee : SchemaUse::create;
    case Verb::downgrade:
      return command.dryRun ? SchemaUse::look : SchemaUse::change;
    case Verb::stamp:
      return SchemaUse::change;
    default:
      return SchemaUse::look;
  }
}

/// upgrade --dry-run --dialect: the SQL that makes a new database, without one.
int printOffline(const Arguments& arguments, const schema::Migrations& migrations) {
  const auto steps =
      schema::Migrator::dryRun(migrations, arguments.dialect, arguments.command.target);
  std::fputs(schema::toSql(steps).c_str(), stdout);
  return success;
}

int run(Arguments arguments) {
  registerBackends();
  try {
    const schema::Migrations migrations = schema::Migrations::load(arguments.migrations);
    migrations.ordered();
    if (!arguments.modelFile.empty()) arguments.command.model = readModel(arguments.modelFile);
    if (!arguments.dialect.empty()) return printOffline(arguments, migrations);
    arguments.command.lockTimeout = std::chrono::seconds(arguments.lockTimeout);
    const Database database = openForSchema(arguments.url, useOf(arguments.command));
    return schema::run(database, migrations, arguments.command, {std::cout, std::cerr});
  } catch (const Error& error) {
    return refusal(error);
  }
}

/// A command on a database.
CLI::App& addCommand(CLI::App& group, const char* name, const char* description, Verb verb,
                     const std::shared_ptr<Arguments>& arguments, Action& chosen) {
  CLI::App* command = group.add_subcommand(name, description);
  arguments->command.verb = verb;
  addUrl(*command, arguments->url);
  addFolder(*command, arguments->migrations);
  if (verb != Verb::stamp)
    command->add_flag("--json", arguments->command.json, "Print the result as JSON");
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
  return *command;
}

void addTarget(CLI::App& command, const std::shared_ptr<Arguments>& arguments, const char* text,
               bool required) {
  command.add_option("--to", arguments->command.target, text)
      ->type_name("TARGET")
      ->required(required);
}

void addUpgrade(CLI::App& group, Action& chosen) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command = addCommand(group, "upgrade", "Apply the pending migrations, each as a whole",
                                 Verb::upgrade, arguments, chosen);
  command.footer(
      "Examples:\n"
      "  repot schema upgrade sqlite:///app.db\n"
      "  repot schema upgrade postgresql://app@db.example.org/app --dry-run\n"
      "  repot schema upgrade --dry-run --dialect postgresql > all.sql");
  addTarget(command, arguments, "An id, or +N for the next N; without it all", false);
  addLockTimeout(command, arguments->lockTimeout);
  CLI::Option* dryRun =
      command.add_flag("--dry-run", arguments->command.dryRun, "Print the SQL, and run nothing");
  CLI::Option* url = command.get_option("URL");
  command
      .add_option("--dialect", arguments->dialect,
                  "With --dry-run: from an empty database of this kind, without one")
      ->check(CLI::IsMember({"sqlite", "postgresql"}))
      ->needs(dryRun)
      ->excludes(url);
}

void addDowngrade(CLI::App& group, Action& chosen) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command = addCommand(group, "downgrade", "Undo applied migrations, the last one first",
                                 Verb::downgrade, arguments, chosen);
  command.footer(
      "Where data may be lost it tells which, and asks first; where there is no terminal, --yes\n"
      "says yes. SQL files count as losing data unless all of their statements are known not "
      "to.\n\n"
      "Examples:\n"
      "  repot schema downgrade sqlite:///app.db --to -1\n"
      "  repot schema downgrade sqlite:///app.db --to base --yes");
  addTarget(command, arguments, "An id that stays, -N for the last N, or base for all", true);
  addLockTimeout(command, arguments->lockTimeout);
  command.add_flag("--dry-run", arguments->command.dryRun, "Print the SQL, and run nothing");
  command.add_flag("--yes", arguments->command.confirmed, "Do not ask");
}

void addDiff(CLI::App& group, Action& chosen) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command =
      addCommand(group, "diff", "Compare the schema with the one that the migrations make",
                 Verb::diff, arguments, chosen);
  addTarget(command, arguments, "The version to compare with; without it the one applied", false);
  addModel(command, arguments->modelFile, "Compare with a schema saved as JSON instead")
      ->excludes("--to");
}

void addCheck(CLI::App& group, Action& chosen) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command = addCommand(
      group, "check", "For CI: exit 8 where migrations are pending or the schema has drifted",
      Verb::check, arguments, chosen);
  addModel(command, arguments->modelFile, "Compare with a schema saved as JSON, too");
}

}  // namespace

void addSchemaMigrations(CLI::App& group, Action& chosen) {
  const auto add = [&](const char* name, const char* description, Verb verb) -> CLI::App& {
    return addCommand(group, name, description, verb, std::make_shared<Arguments>(), chosen);
  };
  add("status", "Tell what is applied, pending and wrong", Verb::status);
  addUpgrade(group, chosen);
  addDowngrade(group, chosen);
  add("history", "List what was applied, and when", Verb::history);
  addCheck(group, chosen);
  addDiff(group, chosen);
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& stamp =
      addCommand(group, "stamp", "Say in the history that a version is there, and run nothing",
                 Verb::stamp, arguments, chosen);
  addTarget(stamp, arguments, "The id, or base for none", true);
  addLockTimeout(stamp, arguments->lockTimeout);
}

}  // namespace repot::cli
