// repot schema adopt: takes over a database that another tool made.
#include "cli/exit_codes.hpp"
#include "cli/schema_commands.hpp"
#include "cli/schema_common.hpp"

#include <repot/backends.hpp>
#include <repot/schema/adopt.hpp>

#include <boost/json.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>

namespace repot::cli {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

struct Arguments {
  std::string url;
  std::string migrations = "migrations";
  std::string name = "baseline";
  std::string cppFile;
  int lockTimeout = 60;
  bool dryRun = false;
  bool json = false;
};

/// The files, by the paths that they have or would have.
std::vector<std::pair<fs::path, std::string>> filesOf(const Arguments& arguments,
                                                      const schema::Adoption& adoption) {
  if (!arguments.cppFile.empty())
    return {{arguments.cppFile, schema::draftToCpp(adoption.baseline)}};
  std::vector<std::pair<fs::path, std::string>> files;
  for (schema::DraftFile& file : schema::draftToSql(adoption.baseline))
    files.emplace_back(fs::path(arguments.migrations) / file.name, std::move(file.text));
  return files;
}

void printJson(const Arguments& arguments, const schema::Adoption& adoption,
               const std::string& url) {
  json::array files, histories, notes;
  for (const auto& [path, text] : filesOf(arguments, adoption)) {
    json::object file{{"path", path.string()}};
    if (arguments.dryRun) file["text"] = text;
    files.emplace_back(std::move(file));
  }
  for (const schema::OtherHistory& one : adoption.histories) {
    json::object history{{"table", one.table}, {"owner", one.owner}, {"version", nullptr}};
    if (!one.version.empty()) history["version"] = one.version;
    histories.emplace_back(std::move(history));
  }
  for (const schema::AdoptionNote& one : adoption.notes) {
    json::object note{{"object", one.object}, {"text", one.text}};
    if (!one.sql.empty()) note["sql"] = one.sql;
    notes.emplace_back(std::move(note));
  }
  const json::object object{{"database", url},
                            {"adopted", !arguments.dryRun},
                            {"id", adoption.baseline.id},
                            {"files", std::move(files)},
                            {"histories", std::move(histories)},
                            {"notes", std::move(notes)}};
  std::printf("%s\n", json::serialize(object).c_str());
}

/// Lines below the first one of a list, which has a label.
void printSql(const std::string& sql) {
  std::string line;
  for (const char c : sql + '\n') {
    if (c != '\n') {
      line += c;
      continue;
    }
    std::printf("            %s\n", line.c_str());
    line.clear();
  }
}

void print(const Arguments& arguments, const schema::Adoption& adoption, const std::string& url) {
  std::printf("database  %s\n", url.c_str());
  for (const schema::OtherHistory& one : adoption.histories) {
    std::printf("history   %s of %s%s; it stays as it is\n", one.table.c_str(), one.owner.c_str(),
                one.version.empty() ? "" : (", at " + one.version).c_str());
  }
  const char* const label = arguments.dryRun ? "would be" : "written ";
  for (const auto& [path, text] : filesOf(arguments, adoption)) {
    std::printf("%s  %s\n", label, path.c_str());
    const bool own =
        path.string().find('.' + adoption.baseline.scheme + '.') != std::string::npos ||
        !arguments.cppFile.empty();
    if (arguments.dryRun && own) std::printf("\n%s\n", text.c_str());
  }
  for (const schema::AdoptionNote& one : adoption.notes) {
    std::printf("note      %s: %s\n", one.object.c_str(), one.text.c_str());
    if (!one.sql.empty()) printSql(one.sql);
  }
  if (!arguments.dryRun) {
    std::printf("adopted   as %s  %s; no row was touched\n", adoption.baseline.id.c_str(),
                adoption.baseline.description.c_str());
  }
}

void take(const Arguments& arguments, const Database& database, const schema::Adoption& adoption) {
  const std::chrono::seconds lockTimeout(arguments.lockTimeout);
  if (!arguments.cppFile.empty()) {
    checkIsNew(arguments.cppFile);
    if (arguments.dryRun) return;
    writeText(arguments.cppFile, schema::draftToCpp(adoption.baseline));
    try {
      schema::stampBaseline(database, adoption, lockTimeout);
    } catch (const Error&) {
      fs::remove(arguments.cppFile);
      throw;
    }
  } else if (arguments.dryRun) {
    schema::checkHoldsNone(arguments.migrations);
  } else {
    schema::adopt(database, adoption, arguments.migrations, lockTimeout);
  }
}

int run(const Arguments& arguments) {
  registerBackends();
  try {
    const Database database =
        openForSchema(arguments.url, arguments.dryRun ? SchemaUse::look : SchemaUse::change);
    const schema::Adoption adoption = schema::planAdoption(database, arguments.name);
    take(arguments, database, adoption);
    const std::string url = DatabaseUrl::parseOrPath(arguments.url).toString();
    arguments.json ? printJson(arguments, adoption, url) : print(arguments, adoption, url);
    return success;
  } catch (const Error& error) {
    return refusal(error);
  }
}

}  // namespace

void addSchemaAdopt(CLI::App& schema, Action& chosen) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = schema.add_subcommand("adopt", "Take over a database that another tool made");
  command->footer(
      "Writes a first migration that makes the live schema, for SQLite and for PostgreSQL, and "
      "says "
      "in\n"
      "the history that it is applied. Rows and other tools' histories stay as they are. What only "
      "one\n"
      "database understands is listed, with its SQL.\n\n"
      "Examples:\n"
      "  repot schema adopt sqlite:///app.db --dry-run\n"
      "  repot schema adopt postgresql://app@db.example.org/app");
  addUrl(*command, arguments->url);
  addFolder(*command, arguments->migrations);
  command->add_option("--name", arguments->name, "What the migration is called")
      ->capture_default_str();
  command
      ->add_option("--cpp", arguments->cppFile,
                   "Write the migration as this C++ file, for a program that has its migrations so")
      ->type_name("FILE")
      ->excludes("--migrations");
  addLockTimeout(*command, arguments->lockTimeout);
  command->add_flag("--dry-run", arguments->dryRun,
                    "Print what would be written, and change nothing");
  command->add_flag("--json", arguments->json, "Print the result as JSON");
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace repot::cli
