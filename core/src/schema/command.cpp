// The commands on schemas: arguments, the order of things, and what errors end in; see command.hpp.
#include "repot/schema/command.hpp"

#include "repot/backend.hpp"
#include "repot/error.hpp"
#include "repot/schema/drift.hpp"
#include "schema/command_output.hpp"
#include "schema/listed.hpp"

#include <errno.h>  // program_invocation_short_name
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <iostream>

namespace repot::schema {
namespace {

/// Ends a command with a result of its own.
struct Ended {
  CommandResult result;
};

std::optional<bool> askOnTerminal(const std::string& question) {
  if (::isatty(STDIN_FILENO) == 0) return std::nullopt;
  std::cerr << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

/// What is wrong before anything was changed.
CommandResult refusalOf(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::usage:
    case ErrorKind::invalidUrl:
      return commandUsage;
    case ErrorKind::notFound:  // A migration, a table; or to the server the database.
      return error.sqlState().empty() ? commandUsage : commandUnusable;
    case ErrorKind::connection:
    case ErrorKind::authentication:
    case ErrorKind::permission:
    case ErrorKind::notADatabase:
      return commandUnusable;
    default:
      return commandRefused;
  }
}

class CommandRun {
 public:
  CommandRun(const Database& database, const Migrations& migrations, const Command& command,
             const Terminal& terminal)
      : command_(command),
        terminal_(terminal),
        output_(terminal.out, command.json),
        migrator_(database, migrations, options()) {}

  CommandResult run() {
    switch (command_.verb) {
      case Command::Verb::status:
        output_.status(migrator_.database().url().toString(), migrator_.status());
        return commandDone;
      case Command::Verb::history:
        output_.history(migrator_.status().applied);
        return commandDone;
      case Command::Verb::upgrade:
      case Command::Verb::downgrade:
        return move();
      case Command::Verb::stamp:
        migrator_.stamp(command_.target);
        output_.stamped(command_.target);
        return commandDone;
      case Command::Verb::check:
        return output_.check(migrator_.status(), driftFound()) ? commandDone : commandDifferent;
      case Command::Verb::diff:
        return output_.differences(differences()) ? commandDone : commandDifferent;
    }
    return commandUsage;
  }

 private:
  bool up() const { return command_.verb == Command::Verb::upgrade; }

  MigratorOptions options() {
    MigratorOptions options;
    options.lockTimeout = command_.lockTimeout;
    options.onDone = [this](const Migration& migration, bool, std::chrono::microseconds duration) {
      output_.moved(migration, up(), duration);
    };
    return options;
  }

  CommandResult move() {
    const std::string& target = command_.target;
    const std::vector<std::string> plan =
        up() ? migrator_.planUpgrade(target) : migrator_.planDowngrade(target);
    if (command_.dryRun) {
      output_.steps(up() ? migrator_.dryRunUpgrade(target) : migrator_.dryRunDowngrade(target));
      return commandDone;
    }
    if (!up() && !command_.confirmed) confirmLosses(plan);
    try {
      up() ? migrator_.upgrade(target) : migrator_.downgrade(target);
    } catch (const Error& error) {
      output_.movedAll(up(), error.what());
      printError(terminal_, error);
      return commandFailed;
    }
    output_.movedAll(up(), "");
    return commandDone;
  }

  /// Asks where data may be lost, and tells which.
  void confirmLosses(const std::vector<std::string>& plan) {
    const std::vector<std::string> losses = migrator_.lossesOfDowngrade(command_.target);
    if (losses.empty()) return;
    for (const std::string& loss : losses)
      terminal_.error << terminal_.program << ": " << loss << '\n';
    const std::string what =
        "undo " + listed(plan) + " in " + migrator_.database().url().toString();
    const auto answer = terminal_.ask ? terminal_.ask(what + '?') : askOnTerminal(what + '?');
    if (answer == true) return;
    terminal_.error << terminal_.program << ": nothing was done"
                    << (answer ? "" : "; to " + what + " without a question, give --yes") << '\n';
    throw Ended{commandRefused};
  }

  Drift driftFound() {
    Drift found = drift(migrator_);
    if (!command_.model) return found;
    found.known = true;
    for (Difference& one :
         differencesFrom(migrator_, *command_.model, command_.scope).differences) {
      std::vector<Difference>& all = found.diff.differences;
      const bool told = std::any_of(all.begin(), all.end(), [&](const Difference& other) {
        return other.object == one.object && other.text == one.text;
      });
      if (!told) all.push_back(std::move(one));
    }
    return found;
  }

  Diff differences() {
    if (command_.model) return differencesFrom(migrator_, *command_.model, command_.scope);
    // What is pending is no difference, unless one asks for it.
    return differencesFrom(migrator_, command_.target.empty()
                                          ? appliedSchema(migrator_)
                                          : builtSchema(migrator_, command_.target));
  }

  const Command& command_;
  const Terminal& terminal_;
  CommandOutput output_;
  Migrator migrator_;
};

Command::Verb verbOf(const std::string& name) {
  using Verb = Command::Verb;
  for (const auto& [known, verb] :
       {std::pair("status", Verb::status), std::pair("history", Verb::history),
        std::pair("upgrade", Verb::upgrade), std::pair("downgrade", Verb::downgrade),
        std::pair("stamp", Verb::stamp), std::pair("check", Verb::check),
        std::pair("diff", Verb::diff)}) {
    if (name == known) return verb;
  }
  throw Error(ErrorKind::usage, "'" + name +
                                    "' is no command on schemas: write status, history, upgrade, "
                                    "downgrade, stamp, check or diff");
}

std::chrono::seconds secondsOf(const std::string& text) {
  int seconds = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0)
    throw Error(ErrorKind::usage, "--lock-timeout takes seconds, not '" + text + "'");
  return std::chrono::seconds(seconds);
}

Command parse(const std::vector<std::string>& arguments) {
  if (arguments.empty()) verbOf("");
  Command command;
  command.verb = verbOf(arguments.front());
  using Verb = Command::Verb;
  const bool moves = command.verb == Verb::upgrade || command.verb == Verb::downgrade;
  const bool takesTarget = moves || command.verb == Verb::stamp || command.verb == Verb::diff;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const bool hasValue = i + 1 < arguments.size();
    if (argument == "--json" && command.verb != Verb::stamp) {
      command.json = true;
    } else if (argument == "--dry-run" && moves) {
      command.dryRun = true;
    } else if (argument == "--yes" && command.verb == Verb::downgrade) {
      command.confirmed = true;
    } else if (argument == "--lock-timeout" && (moves || command.verb == Verb::stamp) && hasValue) {
      command.lockTimeout = secondsOf(arguments[++i]);
    } else if (argument == "--to" && takesTarget && hasValue) {
      command.target = arguments[++i];
    } else {
      throw Error(ErrorKind::usage, arguments.front() + " does not take '" + argument + "' here");
    }
  }
  if ((command.verb == Verb::downgrade || command.verb == Verb::stamp) && command.target.empty()) {
    throw Error(ErrorKind::usage,
                arguments.front() + " wants --to and the id of a migration, or base" +
                    (command.verb == Verb::stamp ? "" : ", or -1 for the last one"));
  }
  return command;
}

}  // namespace

CommandResult refuse(const Error& error, const Terminal& terminal) {
  printError(terminal, error);
  return refusalOf(error);
}

CommandResult run(const Database& database, const Migrations& migrations, const Command& command,
                  const Terminal& terminal) {
  try {
    return CommandRun(database, migrations, command, terminal).run();
  } catch (const Ended& ended) {
    return ended.result;
  } catch (const Error& error) {
    return refuse(error, terminal);
  }
}

int runCommand(const Database& database, const Migrations& migrations,
               const std::vector<std::string>& arguments, const std::optional<Schema>& entities) {
  const Terminal terminal{std::cout, std::cerr, program_invocation_short_name, {}};
  try {
    Command command = parse(arguments);
    if (command.verb == Command::Verb::check) command.model = entities;
    command.scope = DiffScope::entities;
    return run(database, migrations, command, terminal);
  } catch (const Error& error) {
    return refuse(error, terminal);
  }
}

}  // namespace repot::schema
