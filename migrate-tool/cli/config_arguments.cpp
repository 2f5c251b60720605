// See config_arguments.hpp.
#include "cli/config_arguments.hpp"

#include <algorithm>
#include <optional>

namespace repot::cli {
namespace {

constexpr const char* group = "Configuration";

std::string textOf(const CLI::App& command, const std::string& option) {
  return isGiven(command, option) ? command.get_option(option)->as<std::string>() : std::string();
}

bool isExcluded(const CLI::Option& option) {
  const auto& others = option.get_excludes();
  return std::any_of(others.begin(), others.end(),
                     [](const CLI::Option* other) { return other->count() > 0; });
}

/// Empty where the configuration says nothing.
std::string urlOf(const Config& config, ConfiguredUrl::From from) {
  if (from == ConfiguredUrl::From::target) {
    const auto target = config.target();
    return target ? target->toStringWithSecrets() : std::string();
  }
  return config.hasDatabase() ? config.database().toStringWithSecrets() : std::string();
}

void fill(const CLI::App& command, const std::vector<ConfiguredUrl>& urls) {
  if (!command.get_subcommands().empty()) return;  // They have arguments of their own.
  std::optional<Config> config;
  for (const ConfiguredUrl& url : urls) {
    if (!url.value.empty() || isExcluded(*url.option)) continue;
    if (url.onlyWith != nullptr && url.onlyWith->count() == 0) continue;
    if (!config) config = loadConfig(command);
    url.value = urlOf(*config, url.from);
    if (url.value.empty() && url.required) throw CLI::RequiredError(url.option->get_name(true));
  }
}

}  // namespace

void addConfigured(CLI::App& command, std::vector<ConfiguredUrl> urls) {
  command
      .add_option("--config", "Configuration; without it REPOT_CONFIG, or repot.json where it is")
      ->type_name("FILE")
      ->group(group);
  command
      .add_option("--profile",
                  "Part of the configuration; without it REPOT_PROFILE, or what the file says")
      ->type_name("NAME")
      ->group(group);
  command.parse_complete_callback([&command, urls = std::move(urls)] { fill(command, urls); });
}

Config loadConfig(const CLI::App& command) {
  return Config::load({textOf(command, "--config"), textOf(command, "--profile"), {}});
}

bool isGiven(const CLI::App& command, const std::string& option) {
  const CLI::Option* const found = command.get_option_no_throw(option);
  return found != nullptr && found->count() > 0;
}

}  // namespace repot::cli
