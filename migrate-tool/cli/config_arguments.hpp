// --config and --profile: what the command line and the environment leave out, the configuration
// says.
#pragma once

#include <repot/config.hpp>

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace repot::cli {

/// An argument that the configuration may give.
struct ConfiguredUrl {
  CLI::Option* option;
  std::string& value;  ///< Must live as long as the command.
  enum class From { database, target } from = From::database;
  bool required = true;
  const CLI::Option* onlyWith = nullptr;  ///< Without this option it is not looked for.
};

/// Adds --config and --profile, and takes the URLs from there where they are not given and no
/// option that excludes them is. Throws what Config::load() does, and CLI::RequiredError.
void addConfigured(CLI::App& command, std::vector<ConfiguredUrl> urls);

/// The configuration that the command's arguments name. Throws as Config::load().
Config loadConfig(const CLI::App& command);

/// False also where the command has no such option.
bool isGiven(const CLI::App& command, const std::string& option);

}  // namespace repot::cli
