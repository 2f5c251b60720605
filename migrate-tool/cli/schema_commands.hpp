// The commands below `repot schema`; as in commands.hpp, each function adds some of them.
#pragma once

#include "cli/commands.hpp"

namespace repot::cli {

/// lint
void addSchemaLint(CLI::App& schema, Action& chosen);
/// status, history, upgrade, downgrade, stamp, check, diff.
void addSchemaMigrations(CLI::App& schema, Action& chosen);
void addSchemaNew(CLI::App& schema, Action& chosen);
void addSchemaAdopt(CLI::App& schema, Action& chosen);
void addSchemaEntities(CLI::App& schema, Action& chosen);

}  // namespace repot::cli
