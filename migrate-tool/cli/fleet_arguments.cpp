// See fleet_arguments.hpp.
#include "cli/fleet_arguments.hpp"

#include "cli/arguments.hpp"

#include <repot/error.hpp>

#include <cstdlib>

namespace repot::cli {
namespace {

bool isServer(const std::string& end) {
  return end.find("://") != std::string::npos && !end.starts_with("sqlite:");
}

}  // namespace

void FleetArguments::addTo(CLI::App& command, Target wanted) {
  wanted_ = wanted;
  const std::string sources = "Files, folders, globs in quotes ('tenants/*.db') and sqlite:// URLs";
  if (wanted == Target::none) {
    command.add_option("SOURCES", ends, sources);
  } else {
    command.add_option("SOURCES_TARGET", ends,
                       sources +
                           "; and the PostgreSQL database (postgresql://user@host/db), or "
                           "REPOT_TARGET in the environment");
  }
  const char* const group = "Which files, and which schemas";
  command
      .add_option("--list", lists,
                  "File with a path on each line and, behind a tab, the schema, if it is to be "
                  "another; -: standard input; repeatable")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->group(group);
  command.add_flag("--recursive,-r", recursive, "Look in the folders of folders, too")
      ->group(group);
  if (wanted == Target::none) return;
  command
      .add_option("--schema-template", pattern,
                  "The schema of a file: {name} is its name without the ending, {folder} the name "
                  "of its folder")
      ->type_name("TEXT")
      ->capture_default_str()
      ->group(group);
  command
      .add_option("--schema-map", schemaMap,
                  "File with a path or file name on each line and, behind a tab, its schema")
      ->type_name("FILE")
      ->group(group);
}

migrate::FleetSources FleetArguments::sources() const {
  std::vector<std::string> names;
  for (const std::string& end : ends) {
    if (!isServer(end)) names.push_back(end);
  }
  if (names.empty() && lists.empty())
    throw Error(ErrorKind::usage, "no source is named: files, folders, globs, or --list FILE");
  migrate::FleetSources found = migrate::findSources(names, lists, recursive);
  if (found.tenants.empty()) throw Error(ErrorKind::usage, "the lists name no file");
  return found;
}

migrate::TenantNaming FleetArguments::naming(migrate::PlanOptions::NameCase nameCase) const {
  migrate::TenantNaming naming;
  naming.pattern = pattern;
  naming.nameCase = nameCase;
  if (!schemaMap.empty()) naming.given = migrate::readSchemaMap(schemaMap);
  return naming;
}

std::optional<DatabaseUrl> FleetArguments::target() const {
  std::optional<DatabaseUrl> target;
  for (const std::string& end : ends) {
    if (!isServer(end)) continue;
    if (target || wanted_ == Target::none) {
      throw Error(ErrorKind::usage, target ? "two targets are named; all tenants of a fleet go "
                                             "into one database"
                                           : "the sources of `fleet assess` are SQLite databases");
    }
    target = postgresqlUrl(end);
  }
  const char* const given = std::getenv("REPOT_TARGET");
  if (!target && wanted_ == Target::required && given != nullptr) target = postgresqlUrl(given);
  if (!target && wanted_ == Target::required)
    throw Error(ErrorKind::usage, "no target is named: postgresql://user@host/database");
  return target;
}

}  // namespace repot::cli
