// The question before a migration: is there a reason to leave SQLite?
#pragma once

#include "cli/growth_arguments.hpp"

#include <repot/growth.hpp>

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace repot::cli {

struct GateArguments {
  bool yes = false;
  GrowthArguments growth;
  void addTo(CLI::App& command);
};

struct GateOutcome {
  bool passed = false;
  std::vector<GrowthSignal> signals;
};
/// States the growth signals of the source on stderr (unless `quiet`), as `repot assess` finds
/// them. Passed where one is reached, by --yes, or by an answer at the terminal; else says on
/// stderr why not. Throws Error for a source that cannot be read.
GateOutcome passGate(const std::string& sourcePath, const GateArguments& arguments, bool quiet,
                     bool copySource);

/// Asks `question` at the terminal, on stderr. False where there is no terminal, or no yes.
bool askAtTerminal(const char* question);

}  // namespace repot::cli
