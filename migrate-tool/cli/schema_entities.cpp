// repot schema entities: a C++ header of entities from a live schema.
#include "cli/exit_codes.hpp"
#include "cli/schema_commands.hpp"
#include "cli/schema_common.hpp"

#include <repot/backend.hpp>
#include <repot/backends.hpp>
#include <repot/schema/dialect.hpp>
#include <repot/schema/entities.hpp>

#include <boost/json.hpp>

#include <cstdio>
#include <memory>

namespace repot::cli {
namespace {

namespace json = boost::json;

struct Arguments {
  schema::EntitiesOptions options;
  std::string url;
  std::string output;
  bool force = false;
  bool json = false;
};

void printJson(const Arguments& arguments, const schema::EntityHeader& header) {
  json::array entities, notes;
  for (const auto& one : header.entities)
    entities.emplace_back(json::object{{"table", one.table}, {"name", one.name}});
  for (const schema::EntityNote& one : header.notes)
    notes.emplace_back(json::object{{"object", one.object}, {"text", one.text}});
  json::object object{{"database", DatabaseUrl::parseOrPath(arguments.url).toString()},
                      {"namespace", arguments.options.nameSpace},
                      {"entities", std::move(entities)},
                      {"notes", std::move(notes)}};
  if (arguments.output.empty()) {
    object["header"] = header.text;
  } else {
    object["file"] = arguments.output;
  }
  std::printf("%s\n", json::serialize(object).c_str());
}

int run(const Arguments& arguments) {
  registerBackends();
  try {
    if (!arguments.output.empty() && !arguments.force) checkIsNew(arguments.output);
    Database database = openForSchema(arguments.url, SchemaUse::look);
    const schema::Schema live =
        database.read([](UnitOfWork& work) { return work.backend().schemaDialect().read(work); });
    const schema::EntityHeader header = schema::entitiesToCpp(live, arguments.options);
    if (header.entities.empty())
      throw Error(ErrorKind::schema, "there is no table with a primary key: nothing to write");
    if (!arguments.output.empty()) writeText(arguments.output, header.text, arguments.force);
    if (arguments.json) {
      printJson(arguments, header);
      return success;
    }
    for (const schema::EntityNote& note : header.notes)
      std::fprintf(stderr, "repot: %s %s\n", note.object.c_str(), note.text.c_str());
    std::fputs(arguments.output.empty() ? header.text.c_str() : "", stdout);
    return success;
  } catch (const Error& error) {
    return refusal(error);
  }
}

}  // namespace

void addSchemaEntities(CLI::App& schema, Action& chosen) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      schema.add_subcommand("entities", "Write a C++ header of entities from a live schema");
  command->footer(
      "Each table with a primary key becomes a struct with its repot::Mapping; foreign keys of "
      "one\n"
      "column become relations. What a mapping cannot say is told in comments and on stderr. The\n"
      "database is only read.\n\n"
      "Examples:\n"
      "  repot schema entities sqlite:///app.db --namespace music --output entities.hpp\n"
      "  repot schema entities postgresql://app@db.example.org/app artists albums");
  addUrl(*command, arguments->url);
  command->add_option("TABLE", arguments->options.tables, "Only these tables; without any all");
  command->add_option("--namespace", arguments->options.nameSpace, "Of the entities; may be nested")
      ->type_name("NAME")
      ->capture_default_str();
  CLI::Option* output =
      command->add_option("--output", arguments->output, "Write this file in place of stdout");
  output->type_name("FILE");
  command->add_flag("--force", arguments->force, "Write over the file where it is there already")
      ->needs(output);
  command->add_flag("--json", arguments->json, "Print the result as JSON");
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace repot::cli
