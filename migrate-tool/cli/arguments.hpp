// Arguments that several commands share.
#pragma once

#include "engine/plan.hpp"
#include "engine/plan_options.hpp"

#include <repot/url.hpp>

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

namespace repot::cli {

/// SOURCE, TARGET and what shapes the plan.
struct PlanArguments {
  std::string source;
  std::string target;
  std::string schema = "public";
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  std::vector<std::string> types;
  std::string onMisfit = "fail";
  std::string collation = "c";
  bool foldCase = false;
  std::string planFile;

  /// `wantTarget`: TARGET is an argument of the command.
  void addTo(CLI::App& command, bool wantTarget);
  /// Throws Error(usage).
  migrate::PlanOptions options() const;
  std::optional<migrate::Plan> savedPlan() const;
  /// The path of the SQLite file. Throws Error(invalidUrl).
  std::string sourcePath() const;
  /// Throws Error(invalidUrl).
  DatabaseUrl targetUrl() const;
};

/// How output is given.
struct OutputArguments {
  bool json = false;
  bool quiet = false;
  bool noProgress = false;
  std::string reportJson;
  void addTo(CLI::App& command);
};

}  // namespace repot::cli
