// Whether a live schema is still the one that its migrations made.
#pragma once

#include <repot/schema/diff.hpp>
#include <repot/schema/migrator.hpp>

#include <string_view>

namespace repot::schema {

struct Drift {
  Diff diff;
  /// False where nothing was recorded to compare with: nothing is applied, or the database was
  /// moved here from one of another kind, which spells its schema in its own way, and has not been
  /// migrated since.
  bool known = true;
};

/// What was changed by hand since the last migration, after which the schema was recorded.
Drift drift(const Migrator& migrator);

/// The way from `wanted` to the live schema. Tables in which other tools keep their histories
/// (historyOwner()) do not count.
Diff differencesFrom(const Migrator& migrator, const Schema& wanted);

/// The schema that the migrations up to `target` (an id, "base", or empty for all) make from
/// nothing. They are made in a database in memory (SQLite), or in a scratch schema that is rolled
/// back (PostgreSQL; the migrator's lock is held meanwhile). Run steps run there, without data.
Schema builtSchema(const Migrator& migrator, std::string_view target);

}  // namespace repot::schema
