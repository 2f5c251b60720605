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
  command
      .add_flag("--yes,-y,--force", yes,
                "Move the database although no growth signal is reached; without it a terminal is "
                "asked, and a script is refused")
      ->group("Growth signals");
  growth.addTo(command);
}

GateOutcome passGate(const std::string& sourcePath, const GateArguments& arguments, bool quiet,
                     bool copySource) {
  migrate::AssessOptions options = arguments.growth.assessOptions();
  options.copySource = copySource;
  const migrate::Assessment assessment = migrate::assess(sourcePath, options);
  const bool passed = arguments.yes || assessment.verdict() != GrowthSignal::Level::none;
  const bool terminal = ::isatty(STDIN_FILENO) == 1;
  if (!quiet || !passed) {
    std::fprintf(stderr, "Growth signals of %s:\n%s", sourcePath.c_str(),
                 migrate::signalsToText(assessment).c_str());
  }
  if (passed || askAtTerminal(moveAllTheSame)) return {true, assessment.signals};
  std::fputs(terminal ? "repot: not moved; nothing was written\n"
                      : "repot: no growth signal is reached: SQLite still serves this database "
                        "well; nothing was written. Say --yes to move it all the same, or what it "
                        "is for by --replicas, --regions or --users\n",
             stderr);
  return {false, assessment.signals};
}

}  // namespace repot::cli
