// Arguments that several commands share; see arguments.hpp.
#include "cli/arguments.hpp"

#include "cli/config_arguments.hpp"
#include "cli/plan_settings.hpp"
#include "engine/options_json.hpp"
#include "engine/plan_json.hpp"
#include "engine/settings.hpp"

#include <repot/error.hpp>
#include <repot/replace_file.hpp>

#include <fstream>
#include <sstream>

namespace repot::cli {
namespace {

using migrate::Setting;

std::string readFile(const std::string& path, const std::string& what) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw Error(ErrorKind::usage, "cannot read the " + what + " " + path);
  return text.str();
}

/// "[OBJECT=]VALUE": the last equals sign parts the two, as names may hold some and values do not.
void applyArgument(migrate::PlanOptions& options, const std::string& name,
                   const std::string& argument) {
  const Setting& setting = *migrate::findSetting(name);
  const bool ofColumns = setting.scope == Setting::Scope::column ||
                         setting.scope == Setting::Scope::runOrColumn ||
                         setting.scope == Setting::Scope::tableOrColumn;
  const std::size_t equals = ofColumns ? argument.rfind('=') : std::string::npos;
  try {
    if (equals == std::string::npos) {
      options.set(name, argument);
    } else {
      options.set(name, argument.substr(equals + 1), argument.substr(0, equals));
    }
  } catch (const Error& error) {
    throw Error(ErrorKind::usage, "--" + std::string(error.what()));
  }
}

std::string typeName(const Setting& setting) {
  switch (setting.scope) {
    case Setting::Scope::column:
      return "COLUMN=" + std::string(setting.values);
    case Setting::Scope::runOrColumn:
      return "[COLUMN=]" + std::string(setting.values);
    case Setting::Scope::tableOrColumn:
      return "TABLE[.COLUMN]=" + std::string(setting.values);
    default:
      return std::string(setting.values);
  }
}

}  // namespace

CLI::Option* addSource(CLI::App& command, std::string& source) {
  return command
      .add_option("SOURCE", source, "SQLite database: a path or a URL (sqlite:///app.db)")
      ->envname("REPOT_SOURCE");
}

namespace {

CLI::Option* addTarget(CLI::App& command, std::string& target) {
  return command.add_option("TARGET", target,
                            "PostgreSQL database: a URL (postgresql://user@host/db)");
}

}  // namespace

void addEnds(CLI::App& command, std::string& source, std::string& target, bool targetRequired) {
  using From = ConfiguredUrl::From;
  CLI::Option* const from = addSource(command, source);
  CLI::Option* const to = addTarget(command, target)->envname("REPOT_TARGET");
  addConfigured(command, {{from, source}, {to, target, From::target, targetRequired}});
}

void PlanArguments::addTo(CLI::App& command, Target wanted) {
  if (wanted == Target::required) {
    addEnds(command, source, target);
  } else {
    CLI::Option* const from = addSource(command, source);
    addTarget(command, target);
    addConfigured(command, {{from, source}});
  }
  addPlanSettings(command, *this);
}

void addPlanSettings(CLI::App& command, PlanArguments& arguments) {
  auto& settings = arguments.settings;
  // The options keep pointers to the values.
  settings.reserve(migrate::settings().size());
  for (const Setting& setting : migrate::settings()) {
    auto& [name, values] =
        settings.emplace_back(std::string(setting.name), std::vector<std::string>{});
    const std::string flag = "--" + name;
    CLI::Option* option = nullptr;
    if (setting.scope == Setting::Scope::flag) {
      option = command.add_flag_function(
          flag, [&values = values](std::int64_t) { values = {"true"}; }, std::string(setting.help));
    } else {
      option = command.add_option(flag, values, std::string(setting.help))
                   ->type_name(typeName(setting))
                   ->allow_extra_args(false);
      if (setting.scope == Setting::Scope::run) option->expected(1);
    }
    option->group(std::string(setting.group));
  }
  command
      .add_option("--options", arguments.optionsFile,
                  "JSON with settings, named as the options here (docs/formats/options.md)")
      ->type_name("FILE")
      ->group("What is moved, and under which names");
}

migrate::PlanOptions PlanArguments::options() const {
  migrate::PlanOptions options;
  if (!optionsFile.empty()) {
    try {
      migrate::readOptions(readFile(optionsFile, "options"), options);
    } catch (const Error& error) {
      throw Error(ErrorKind::usage, optionsFile + ": " + error.what());
    }
  }
  for (const auto& [name, values] : settings) {
    for (const std::string& value : values)
      applyArgument(options, name, value);
  }
  return options;
}

std::optional<migrate::Plan> PlanArguments::savedPlan() const {
  if (planFile.empty()) return std::nullopt;
  for (const auto& [name, values] : settings) {
    if (values.empty()) continue;
    throw Error(ErrorKind::usage,
                "--" + name + ": a saved plan has its own settings; edit " + planFile);
  }
  if (!optionsFile.empty()) {
    throw Error(ErrorKind::usage, "--options: a saved plan has its own settings; edit " + planFile);
  }
  const std::string text = readFile(planFile, "plan");
  try {
    return migrate::planFromJson(text);
  } catch (const Error& error) {
    throw Error(ErrorKind::usage, planFile + ": " + error.what());
  }
}

std::string sqlitePath(const std::string& source) {
  const DatabaseUrl url = DatabaseUrl::parseOrPath(source);
  if (url.scheme() != "sqlite") {
    throw Error(ErrorKind::invalidUrl,
                "the source must be an SQLite database (a path, or "
                "sqlite:///path), not a '" +
                    url.scheme() + "' URL");
  }
  if (url.isInMemory()) {
    throw Error(ErrorKind::invalidUrl,
                "the source must be a file; a database in memory belongs to its process");
  }
  return url.filePath();
}

DatabaseUrl postgresqlUrl(const std::string& target) {
  const DatabaseUrl url = DatabaseUrl::parse(target);
  if (url.scheme() != "postgresql") {
    throw Error(ErrorKind::invalidUrl,
                url.scheme() == "sqlite"
                    ? "the target must be a PostgreSQL database (postgresql://…), not SQLite"
                    : "unknown scheme '" + url.scheme() +
                          "' of the target; write postgresql://user@host/database");
  }
  return url;
}

std::string PlanArguments::sourcePath() const {
  return sqlitePath(source);
}

DatabaseUrl PlanArguments::targetUrl() const {
  return postgresqlUrl(target);
}

void ExistingArguments::addTo(CLI::App& command) {
  command.add_flag("--assume-utc", assumeUtc,
                   "Times without zone are UTC where the target has timestamptz, and those with a "
                   "zone become UTC where it has timestamp");
  command.add_flag("--cut-fractions", cutFractions,
                   "Times lose the digits behind the second that the target's type does not keep");
}

migrate::PairOptions ExistingArguments::options() const {
  migrate::PairOptions options;
  options.dataOnly = dataOnly;
  options.assumeUtc = assumeUtc;
  options.cutFractions = cutFractions;
  return options;
}

void writeReport(const std::string& path, const std::string& text) {
  try {
    replaceFile(path, text);
  } catch (const Error& error) {
    throw error.within("cannot write the report " + path);
  }
}

void OutputArguments::addTo(CLI::App& command) {
  command.add_flag("--json", json, "Print the report as JSON");
  command.add_flag("--quiet,-q", quiet, "Print nothing but errors");
  command.add_flag("--no-progress", noProgress, "No progress on stderr");
  command.add_option("--report-json", reportJson, "Write the report as JSON into a file")
      ->type_name("FILE");
}

void OutputArguments::addPageTo(CLI::App& command) {
  command
      .add_option("--report", page,
                  "Write the report as a page with charts into a file, over what is there; also "
                  "of a run that fails")
      ->type_name("FILE.html");
}

}  // namespace repot::cli
