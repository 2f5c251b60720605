// What is not the same in two schemas, and the way from one to the other: for drift checks and for
// migrations that are written by comparing.
#pragma once

#include <repot/schema/changes.hpp>

#include <optional>
#include <string>
#include <vector>

namespace repot::schema {

/// What is compared.
enum class DiffScope {
  everything,
  /// Only what the mapping of an entity can say: columns with type and nullability, keys, unique
  /// columns, foreign keys of one column, plain indexes. Defaults, lengths, CHECKs, views, triggers
  /// and names of constraints are left as they are, and a unique index is as good as a unique key.
  entities,
};

/// What counts as a difference.
struct DiffOptions {
  DiffScope scope = DiffScope::everything;
  /// The scheme of the database's URL: SQL is compared as this database has it. Empty: the texts
  /// for all databases.
  std::string scheme;
};

/// One thing that is not the same.
struct Difference {
  std::string object;  ///< "table tracks", "column tracks.title", "view loud_tracks", …
  /// What `from` has and what `to` has, and for what may be a rename how to say so: renames are
  /// never guessed.
  std::string text;
  /// Only texts of SQL differ. Databases rewrite what they keep, so it may mean the same.
  bool byText = false;
};

/// What is not the same, and the changes that make it so.
struct Diff {
  std::vector<Difference> differences;
  /// Turn `from` into `to`, in an order in which each can be made: what is in the way goes first,
  /// tables come before the foreign keys to them, and columns and tables are dropped last.
  std::vector<Change> changes;

  /// True where both schemas are the same.
  bool empty() const noexcept { return differences.empty(); }
  /// One line for each difference.
  std::string toText() const;
};

/// Compares two schemas. What databases spell differently is the same: names that nobody chose for
/// constraints, defaults ('0', 0 and false of a boolean), blanks and letter case in SQL, the order
/// of columns, keys and indexes. Native types, triggers and the SQL of single databases are
/// compared as texts.
Diff diff(const Schema& from, const Schema& to, const DiffOptions& options = {});

/// What can go wrong with a change although its SQL is right.
struct Risk {
  bool loses = false;  ///< Data is gone afterwards, also after a downgrade.
  std::string text;    ///< "loses the column tracks.year with all its values", …
};
/// `before`: the schema that the change is made in.
std::optional<Risk> riskOf(const Change& change, const Schema& before);

}  // namespace repot::schema
