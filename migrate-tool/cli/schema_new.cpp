// repot schema new: the files of a migration, empty, or written by comparing with a model.
#include "cli/exit_codes.hpp"
#include "cli/schema_commands.hpp"
#include "cli/schema_common.hpp"

#include <repot/backends.hpp>
#include <repot/schema/draft.hpp>
#include <repot/schema/migration_files.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>

namespace repot::cli {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  schema::NewMigration migration;
  std::string migrations = "migrations";
  std::string modelFile;
  std::string url;
  std::string cppFile;
};

std::vector<fs::path> writeCpp(schema::Draft draft, const fs::path& path) {
  if (draft.up.changes.empty())
    throw Error(ErrorKind::usage, "nothing differs: there is nothing to migrate");
  draft.id = path.stem().string();
  writeText(path, schema::draftToCpp(draft));
  return {path};
}

std::vector<fs::path> writeFromModel(const Arguments& arguments) {
  if (arguments.url.empty())
    throw Error(ErrorKind::usage, "--model: which database leads there? Give its URL");
  registerBackends();
  schema::Draft draft =
      schema::draftMigration(openForSchema(arguments.url, SchemaUse::look),
                             readModel(arguments.modelFile), schema::DiffScope::everything);
  draft.description = arguments.migration.words;
  draft.after = arguments.migration.after;
  // What no change can make is said all the same.
  std::fputs(draft.up.toText().c_str(), stderr);
  return arguments.cppFile.empty() ? schema::writeDraft(std::move(draft), arguments.migrations)
                                   : writeCpp(std::move(draft), arguments.cppFile);
}

int run(const Arguments& arguments) {
  try {
    for (const fs::path& file :
         arguments.modelFile.empty()
             ? schema::writeMigration(arguments.migrations, arguments.migration)
             : writeFromModel(arguments))
      std::printf("%s\n", file.c_str());
    return success;
  } catch (const Error& error) {
    return refusal(error);
  }
}

}  // namespace

void addSchemaNew(CLI::App& schema, Action& chosen) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = schema.add_subcommand(
      "new", "Write the files of a new migration: empty, or what leads to a model");
  command->footer(
      "With --model the live schema is compared with a schema saved as JSON, and the migration "
      "leads\n"
      "from the one to the other and back; look through it before you use it. What differs goes "
      "to\n"
      "stderr, the files' names to stdout.\n\n"
      "Examples:\n"
      "  repot schema new \"add genre to tracks\"\n"
      "  repot schema new \"add genre to tracks\" --model schema.json sqlite:///app.db");
  command->add_option("NAME", arguments->migration.words, "What it does: \"add genre to tracks\"")
      ->required();
  CLI::Option* model = addModel(*command, arguments->modelFile,
                                "Lead from the live schema to this one, saved as JSON");
  addUrl(*command, arguments->url, false, model);
  addFolder(*command, arguments->migrations);
  command
      ->add_option("--after", arguments->migration.after,
                   "Migration that it follows; several join branches; without it the last")
      ->type_name("ID");
  CLI::Option* perDialect = command->add_flag("--per-dialect", arguments->migration.perDialect,
                                              "Files of their own for SQLite and PostgreSQL");
  perDialect->excludes(model);
  command
      ->add_option("--cpp", arguments->cppFile,
                   "With --model: write this C++ file in place of SQL; its name is the id")
      ->type_name("FILE")
      ->needs(model);
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace repot::cli
