// See schema_common.hpp.
#include "cli/schema_common.hpp"

#include "cli/config_arguments.hpp"

#include <repot/schema/command.hpp>
#include <repot/schema/json.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

namespace repot::cli {

Database openForSchema(const std::string& text, SchemaUse use) {
  DatabaseUrl url = DatabaseUrl::parseOrPath(text);
  if (url.scheme() == "sqlite" && !url.isInMemory()) {
    const bool there = std::filesystem::exists(url.database());
    const bool looks = use == SchemaUse::look || use == SchemaUse::foresee;
    if (!there && !url.database().starts_with("file:")) {
      if (use == SchemaUse::foresee) return Database::open("sqlite:///:memory:");
      if (use != SchemaUse::create)
        throw Error(ErrorKind::connection, "there is no file " + url.database());
    }
    if (looks && there && !url.option("mode")) url = url.withOption("mode", "ro");
  }
  return Database::open(url);
}

schema::Schema readModel(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw Error(ErrorKind::usage, "cannot read " + path);
  try {
    return schema::fromJson(text.str());
  } catch (const Error& error) {
    throw Error(ErrorKind::usage, path + ": " + error.what());
  }
}

void checkIsNew(const std::string& path) {
  if (std::filesystem::exists(path))
    throw Error(ErrorKind::resource, "there is a file " + path + " already");
}

void writeText(const std::string& path, const std::string& text, bool over) {
  if (!over) checkIsNew(path);
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw Error(ErrorKind::resource, "cannot write " + path);
}

int refusal(const Error& error) {
  return schema::refuse(error, {std::cout, std::cerr});
}

CLI::Option* addUrl(CLI::App& command, std::string& url, bool required,
                    const CLI::Option* onlyWith) {
  CLI::Option* const option =
      command
          .add_option("URL", url,
                      "Database: sqlite:///app.db, a path, or postgresql://user@host/db")
          ->envname("REPOT_DATABASE");
  addConfigured(command, {{option, url, ConfiguredUrl::From::database, required, onlyWith}});
  return option;
}

void addFolder(CLI::App& command, std::string& folder) {
  command.add_option("--migrations", folder, "Folder of the migrations' SQL files")
      ->type_name("DIR")
      ->capture_default_str();
}

CLI::Option* addModel(CLI::App& command, std::string& path, const char* text) {
  return command.add_option("--model", path, text)->type_name("FILE")->check(CLI::ExistingFile);
}

void addLockTimeout(CLI::App& command, int& seconds) {
  command
      .add_option("--lock-timeout", seconds, "Seconds to wait for another process that migrates")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

}  // namespace repot::cli
