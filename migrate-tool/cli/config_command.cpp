// repot config: whether the configuration can be used, and what it says.
#include "cli/commands.hpp"
#include "cli/config_arguments.hpp"
#include "cli/exit_codes.hpp"

#include <repot/error.hpp>

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace repot::cli {
namespace {

namespace json = boost::json;

struct Arguments {
  bool json = false, quiet = false;
};

std::string placeOf(const Config& config) {
  return (config.file().empty() ? "no file" : config.file()) + ", profile " + config.profile();
}

json::value orNull(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

void printJson(const Config& config) {
  json::array settings;
  for (const Config::Setting& one : config.settings()) {
    settings.push_back(json::object{{"key", one.key},
                                    {"value", orNull(one.value)},
                                    {"origin", orNull(one.origin)},
                                    {"problem", orNull(one.problem)}});
  }
  json::array warnings;
  for (const std::string& warning : config.warnings())
    warnings.push_back(json::value(warning));
  const json::object object{{"file", orNull(config.file())},
                            {"profile", config.profile()},
                            {"settings", std::move(settings)},
                            {"warnings", std::move(warnings)}};
  std::printf("%s\n", json::serialize(object).c_str());
}

int show(const Config& config, const Arguments& arguments) {
  if (arguments.json) return printJson(config), success;
  std::fputs(fmt::format("# {}\n", placeOf(config)).c_str(), stdout);
  for (const Config::Setting& one : config.settings()) {
    const std::string value = !one.problem.empty() ? "?"
                              : one.value.empty()  ? "(not set)"
                                                   : one.value;
    const std::string origin = one.problem.empty() ? one.origin : one.problem;
    std::string line = fmt::format("{:<28}{:<28}{}", one.key, value, origin);
    line.erase(line.find_last_not_of(' ') + 1);
    std::printf("%s\n", line.c_str());
  }
  return success;
}

int check(const Config& config, const Arguments& arguments) {
  const auto settings = config.settings();
  const auto warnings = config.warnings();
  bool usable = true;
  for (const Config::Setting& one : settings) {
    if (one.problem.empty()) continue;
    usable = false;
    std::fprintf(stderr, "repot: %s\n", one.problem.c_str());
  }
  for (const std::string& warning : warnings)
    std::fprintf(stderr, "repot: warning: %s\n", warning.c_str());
  if (arguments.json) printJson(config);
  if (!usable) return usageError;
  if (!warnings.empty()) return unsafe;
  if (arguments.quiet || arguments.json) return success;
  const auto set = std::count_if(settings.begin(), settings.end(), [](const Config::Setting& one) {
    return !one.origin.empty() && one.origin != "default";
  });
  std::printf("%s: nothing wrong; %d %s set\n", placeOf(config).c_str(), static_cast<int>(set),
              set == 1 ? "setting is" : "settings are");
  return success;
}

CLI::App& addVerb(CLI::App& group, const char* name, const char* help,
                  int (*run)(const Config&, const Arguments&), Action& chosen) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = group.add_subcommand(name, help);
  addConfigured(*command, {});
  command->add_flag("--json", arguments->json, "Print it as JSON");
  command->callback(
      [=, &chosen] { chosen = [=] { return run(loadConfig(*command), *arguments); }; });
  if (run == check)
    command->add_flag("--quiet,-q", arguments->quiet, "Print nothing where nothing is wrong");
  return *command;
}

}  // namespace

void addConfig(CLI::App& app, Action& chosen) {
  CLI::App* group =
      app.add_subcommand("config", "Look at the configuration of an application and of this tool");
  group->require_subcommand(1);
  addVerb(*group, "check", "Tell what is wrong or unsafe in the configuration", check, chosen)
      .footer(
          "Ends with 2 for what cannot be used, 9 for what is unsafe. Connects to nothing.\n\n"
          "Examples:\n"
          "  repot config check\n"
          "  repot config check --profile production");
  addVerb(*group, "show", "Print all settings, where each comes from, and no password", show,
          chosen)
      .footer(
          "Examples:\n"
          "  repot config show\n"
          "  repot config show --profile production --json");
}

}  // namespace repot::cli
