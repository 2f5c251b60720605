// Declared needs and thresholds of the growth signals on the command line.
#pragma once

#include "engine/signals/assess.hpp"

#include <CLI/CLI.hpp>

#include <map>
#include <string>

namespace repot::cli {

struct GrowthArguments {
  /// As given, by the names of growthFields(); the options keep pointers to the values.
  std::map<std::string, double> values;
  std::map<std::string, CLI::Option*> options;
  const CLI::App* command = nullptr;
  /// Adds an option of each field's name. What is not given the command's configuration may say.
  void addTo(CLI::App& command);
  migrate::AssessOptions assessOptions() const;
};

}  // namespace repot::cli
