// Asks only a person: a script that was not told --yes must not move a database by accident.
#include "cli/gate.hpp"

#include <unistd.h>

#include <cstdio>
#include <iostream>

namespace repot::cli {
namespace {

constexpr const char* moveAllTheSame =
    "No growth signal is reached: SQLite still serves this database well, and a server\n"
    "is one more thing to run. Move it to PostgreSQL all the same? [y/N] ";

}  // namespace

bool askAtTerminal(const char* question) {
  if (::isatty(STDIN_FILENO) != 1) return false;
  std::fputs(question, stderr);
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

void GateArguments::addTo(CLI::App& command) {
  const char* group = "Growth signals";
  command
      .add_flag("--yes,-y,--force", yes,
                "Move the database although no growth signal is reached; without it a terminal is "
                "asked, and a script is refused")
      ->group(group);
  command.add_option("--replicas", needs.replicas, "Copies that other machines will read")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str()
      ->group(group);
  command.add_option("--regions", needs.regions, "Regions that the application will run in")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str()
      ->group(group);
  command.add_option("--users", needs.users, "Users at work at the same time")
      ->check(CLI::Range(0, 1'000'000'000))
      ->group(group);
}

GateOutcome passGate(const std::string& sourcePath, const GateArguments& arguments, bool quiet) {
  sqlite::SqliteSource source = sqlite::SqliteSource::open(sourcePath);
  const migrate::SourceFigures figures = migrate::readFigures(source);
  const auto signals = migrate::growthSignals(figures, arguments.needs);
  const bool passed = arguments.yes || migrate::anyReached(signals);
  const bool terminal = ::isatty(STDIN_FILENO) == 1;
  if (!quiet || !passed) {
    std::fprintf(stderr, "Growth signals of %s:\n%s", sourcePath.c_str(),
                 migrate::growthToText(figures, signals).c_str());
  }
  if (passed || askAtTerminal(moveAllTheSame)) return {true, signals};
  std::fputs(terminal ? "repot: not moved; nothing was written\n"
                      : "repot: no growth signal is reached: SQLite still serves this database "
                        "well; nothing was written. Say --yes to move it all the same, or what it "
                        "is for by --replicas, --regions or --users\n",
             stderr);
  return {false, signals};
}

}  // namespace repot::cli
