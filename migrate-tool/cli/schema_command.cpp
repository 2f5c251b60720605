// repot schema: the group of commands on schemas and their migrations.
#include "cli/schema_commands.hpp"

namespace repot::cli {

void addSchema(CLI::App& app, Action& chosen) {
  CLI::App* schema = app.add_subcommand(
      "schema", "Schema migrations of SQLite and PostgreSQL databases, from a folder of SQL files");
  schema->require_subcommand(1);
  addSchemaMigrations(*schema, chosen);
  addSchemaNew(*schema, chosen);
  addSchemaAdopt(*schema, chosen);
  addSchemaEntities(*schema, chosen);
  addSchemaLint(*schema, chosen);
}

}  // namespace repot::cli
