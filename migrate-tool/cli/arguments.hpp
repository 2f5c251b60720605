// Arguments that several commands share.
#pragma once

#include "engine/plan.hpp"
#include "engine/plan_options.hpp"
#include "engine/run/pairing.hpp"

#include <repot/url.hpp>

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace repot::cli {

/// The path of the SQLite file that `source`, a path or a URL, names. Throws Error(invalidUrl).
std::string sqlitePath(const std::string& source);
/// Throws Error(invalidUrl) for a URL of another database.
DatabaseUrl postgresqlUrl(const std::string& target);

/// Adds SOURCE alone.
CLI::Option* addSource(CLI::App& command, std::string& source);
/// Adds SOURCE and TARGET, from the command line, the environment or the configuration; both
/// required but for a TARGET that may be left out.
void addEnds(CLI::App& command, std::string& source, std::string& target,
             bool targetRequired = true);

/// SOURCE, TARGET and what shapes the plan.
struct PlanArguments {
  std::string source;
  std::string target;
  std::string optionsFile;
  /// As given on the command line: each of Setting's options with its values.
  std::vector<std::pair<std::string, std::vector<std::string>>> settings;
  std::string planFile;

  /// A TARGET that is optional is only what the command line says.
  enum class Target { required, optional };
  void addTo(CLI::App& command, Target wanted);
  /// Throws Error(usage).
  migrate::PlanOptions options() const;
  std::optional<migrate::Plan> savedPlan() const;
  /// The path of the SQLite file. Throws Error(invalidUrl).
  std::string sourcePath() const;
  /// Throws Error(invalidUrl).
  DatabaseUrl targetUrl() const;
};

/// How values are read for a target that exists already.
struct ExistingArguments {
  bool dataOnly = false;
  bool assumeUtc = false;
  bool cutFractions = false;
  /// Adds all but --data-only, which means more to some commands.
  void addTo(CLI::App& command);
  migrate::PairOptions options() const;
};

/// Writes a report into a file of mode 0600, over what is there: the whole or nothing. Throws Error
/// that names the file.
void writeReport(const std::string& path, const std::string& text);

/// How output is given.
struct OutputArguments {
  bool json = false;
  bool quiet = false;
  bool noProgress = false;
  std::string reportJson;
  std::string page;
  /// All but the page, which not every report has.
  void addTo(CLI::App& command);
  void addPageTo(CLI::App& command);
};

}  // namespace repot::cli
