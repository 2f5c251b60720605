// The commands of `repot schema` for an application's own migrations: a program that calls
// runCommand() from its main() has them all.
#pragma once

#include <repot/schema/diff.hpp>
#include <repot/schema/migrator.hpp>

#include <chrono>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace repot {
class Error;
}

namespace repot::schema {

/// What the commands end with; docs/exit-codes.md explains each.
enum CommandResult : int {
  commandDone = 0,
  commandUsage = 2,      ///< Wrong arguments, no such migration.
  commandUnusable = 4,   ///< The database cannot be reached or read.
  commandRefused = 5,    ///< Before anything was changed: branches, edited migrations, no `down`.
  commandFailed = 6,     ///< A migration failed and is undone; those before it stay.
  commandDifferent = 8,  ///< check: pending migrations, problems or drift; diff: differences.
};

/// One of the commands, with its arguments.
struct Command {
  enum class Verb { status, history, upgrade, downgrade, stamp, check, diff };
  Verb verb = Verb::status;
  std::string target;  ///< As Migrator takes it; diff: the version to compare with.
  bool json = false;
  bool dryRun = false;     ///< upgrade, downgrade: print the SQL, change nothing.
  bool confirmed = false;  ///< downgrade: do not ask.
  std::chrono::milliseconds lockTimeout = std::chrono::seconds(60);
  /// diff: compare with this schema in place of the one that the migrations make. check: compare
  /// with it, too.
  std::optional<Schema> model = std::nullopt;
  DiffScope scope = DiffScope::everything;  ///< Of the model; entities for one of modelOf().
};

/// Where a command prints, and whom it asks.
struct Terminal {
  std::ostream& out;
  std::ostream& error;
  std::string program = "repot";  ///< What messages on `error` begin with.
  /// True for yes. By default a question on the terminal; where there is none nothing is answered.
  std::function<std::optional<bool>(const std::string& question)> ask = {};
};

/// Runs the command and prints its result or its error.
CommandResult run(const Database& database, const Migrations& migrations, const Command& command,
                  const Terminal& terminal);

/// Prints an error before which nothing was changed, and returns what the command ends with.
CommandResult refuse(const Error& error, const Terminal& terminal);

/// Reads `arguments` ("upgrade", "--dry-run", …) and runs them, with std::cout and std::cerr:
///
///     status | history | check [--json]
///     upgrade [--to TARGET] [--dry-run] [--json] [--lock-timeout SECONDS]
///     downgrade --to TARGET [--yes] [--dry-run] [--json] [--lock-timeout SECONDS]
///     stamp --to ID [--lock-timeout SECONDS]
///     diff [--to ID] [--json]
///
/// `entities` is modelOf() of those that the program has: check compares with it, too. Messages
/// begin with the program's name. Returns what main() should return.
int runCommand(const Database& database, const Migrations& migrations,
               const std::vector<std::string>& arguments,
               const std::optional<Schema>& entities = std::nullopt);

}  // namespace repot::schema
