// Arguments that several commands share; see arguments.hpp.
#include "cli/arguments.hpp"

#include "engine/plan_json.hpp"

#include <repot/error.hpp>

#include <fstream>
#include <sstream>

namespace repot::cli {
namespace {

migrate::Misfits misfitsOf(const std::string& name) {
  if (name == "text") return migrate::Misfits::text;
  if (name == "null") return migrate::Misfits::setNull;
  return migrate::Misfits::fail;
}

}  // namespace

void PlanArguments::addTo(CLI::App& command, bool wantTarget) {
  command.add_option("SOURCE", source, "SQLite database: a path or a URL (sqlite:///app.db)")
      ->envname("REPOT_SOURCE")
      ->required();
  if (wantTarget) {
    command.add_option("TARGET", target, "PostgreSQL database: a URL (postgresql://user@host/db)")
        ->envname("REPOT_TARGET")
        ->required();
  }
  command.add_option("--schema", schema, "Schema of the target that gets the tables")
      ->capture_default_str();
  command.add_option("--include", include, "Only tables whose name matches (*, ?); repeatable")
      ->type_name("GLOB");
  command.add_option("--exclude", exclude, "Not the tables whose name matches; repeatable")
      ->type_name("GLOB");
  command
      .add_option(
          "--type", types,
          "Type of a column: table.column=TYPE, where TYPE is a PostgreSQL type, or epochs, "
          "epochms, epochus for integers since 1970, or utc for texts without an offset; "
          "repeatable")
      ->type_name("COLUMN=TYPE");
  command
      .add_option("--on-misfit", onMisfit,
                  "Values that do not fit their column: fail, text (the column becomes text), or "
                  "null (counted in the report)")
      ->check(CLI::IsMember({"fail", "text", "null"}))
      ->capture_default_str();
  command
      .add_option("--collation", collation,
                  "Order of texts: c (by bytes, as SQLite's) or database (the target's own)")
      ->check(CLI::IsMember({"c", "database"}))
      ->capture_default_str();
  command.add_flag("--fold-case", foldCase, "Names in lower case, for SQL written without quotes");
}

migrate::PlanOptions PlanArguments::options() const {
  migrate::PlanOptions options;
  options.schema = schema;
  options.include = include;
  options.exclude = exclude;
  options.misfits = misfitsOf(onMisfit);
  if (foldCase) options.nameCase = migrate::PlanOptions::NameCase::lower;
  if (collation == "database") options.collation = migrate::PlanOptions::Collation::database;
  for (const std::string& type : types) {
    const std::size_t equals = type.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == type.size()) {
      throw Error(ErrorKind::usage, "--type " + type + ": write table.column=TYPE");
    }
    options.types[type.substr(0, equals)] = type.substr(equals + 1);
  }
  return options;
}

std::optional<migrate::Plan> PlanArguments::savedPlan() const {
  if (planFile.empty()) return std::nullopt;
  std::ifstream file(planFile, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw Error(ErrorKind::usage, "cannot read the plan " + planFile);
  try {
    return migrate::planFromJson(text.str());
  } catch (const Error& error) {
    throw Error(ErrorKind::usage, planFile + ": " + error.what());
  }
}

std::string PlanArguments::sourcePath() const {
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
  return url.database().starts_with("file:") ? url.database().substr(5) : url.database();
}

DatabaseUrl PlanArguments::targetUrl() const {
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

void OutputArguments::addTo(CLI::App& command) {
  command.add_flag("--json", json, "Print the report as JSON");
  command.add_flag("--quiet,-q", quiet, "Print nothing but errors");
  command.add_flag("--no-progress", noProgress, "No progress on stderr");
  command.add_option("--report-json", reportJson, "Write the report as JSON into a file")
      ->type_name("FILE");
}

}  // namespace repot::cli
