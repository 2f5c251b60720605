// Whether a live schema is still the one that its migrations made.
#pragma once

#include <repot/schema/diff.hpp>
#include <repot/schema/migrator.hpp>

#include <string_view>

namespace repot::schema {

/// What a live schema has otherwise than its migrations made it.
struct Drift {
  Diff diff;
  /// False where nothing is applied, and so nothing was recorded to compare with.
  bool known = true;
};

/// What was changed by hand since the last migration, after which the schema was recorded. In a
/// database that was moved here from one of another kind, what is neither as it was there nor as
/// appliedSchema() has it.
Drift drift(const Migrator& migrator);

/// What the live schema has otherwise than `wanted`, and the way there. Tables in which other tools
/// keep their histories (historyOwner()) do not count, and neither does SQL that the database
/// itself makes the same of (PostgreSQL: found out in a scratch schema that is rolled back).
Diff differencesFrom(const Migrator& migrator, const Schema& wanted,
                     DiffScope scope = DiffScope::everything);

/// The schema that the migrations up to `target` (an id, "base", or empty for all) make from
/// nothing. They are made in a database in memory (SQLite), or in a scratch schema that is rolled
/// back (PostgreSQL; the migrator's lock is held meanwhile). Run steps run there, without data.
Schema builtSchema(const Migrator& migrator, std::string_view target);

/// The same for the migrations that are applied, in the order in which they were. Throws
/// Error(schema) where one of them is gone.
Schema appliedSchema(const Migrator& migrator);

}  // namespace repot::schema
