// Whether a live schema is still the one that its migrations made.
#pragma once

#include <repot/schema/migrator.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace repot::schema {

/// A table, view or trigger that is not as it should be.
struct ObjectDifference {
  enum class Kind { missing, added, changed };
  std::string object;  ///< "table tracks"
  Kind kind = Kind::changed;
  /// "table tracks has been changed"
  std::string toString() const;
};

struct Drift {
  std::vector<ObjectDifference> objects;
  /// False where nothing was recorded to compare with: nothing is applied, or the database was
  /// moved here from one of another kind and has not been migrated since.
  bool known = true;
};

/// What was changed by hand since the last migration, after which the schema was recorded.
Drift drift(const Migrator& migrator);

/// Where the live schema is not the one that the migrations up to `target` (an id, "base", or empty
/// for all) make from nothing. They are made in a database in memory (SQLite), or in a scratch
/// schema that is rolled back (PostgreSQL; the migrator's lock is held meanwhile). Run steps run
/// there, without data.
std::vector<ObjectDifference> differencesFrom(const Migrator& migrator, std::string_view target);

}  // namespace repot::schema
