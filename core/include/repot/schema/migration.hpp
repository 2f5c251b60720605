// Versions of a schema and the way between them.
#pragma once

#include <repot/database.hpp>
#include <repot/schema/changes.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repot::schema {

/// One version of the schema, made from the one before.
struct Migration {
  std::string id;           ///< Unique, sorts by age where it starts with a number or a date.
  std::string description;  ///< One line.
  /// Ids of the versions that this one follows. Empty: the first. Two: a merge of branches.
  std::vector<std::string> after;
  std::function<void(Changes&)> up;
  std::function<void(Changes&)> down;  ///< Empty: cannot be undone, and says so.
};

/// All versions, as a graph. Throws Error(schema), naming the ids, for a duplicate id, a missing
/// parent, a cycle.
class Migrations {
 public:
  Migrations& add(Migration migration);
  /// Reads `<id>_<words>.up.sql` / `.down.sql` (for every database) or `….sqlite.up.sql`,
  /// `….postgresql.up.sql` (for one). A comment `-- after: id[, id]` names the parents; without it
  /// a file follows the one before it in the order of names.
  static Migrations load(const std::filesystem::path& folder);

  const std::vector<Migration>& all() const noexcept { return migrations_; }
  const Migration* find(std::string_view id) const;
  std::vector<std::string> heads() const;  ///< More than one: branches that no merge joins.

 private:
  std::vector<Migration> migrations_;
};

/// A row of the history table `repot_migrations`.
struct Applied {
  std::string id;
  std::string description;
  std::string checksum;  ///< Of the up-steps of this dialect; tells an edited migration.
  Instant at;
  std::chrono::microseconds duration{};
};

struct Status {
  std::vector<Applied> applied;      ///< In the order they were made.
  std::vector<std::string> pending;  ///< In the order they would be made.
  std::vector<std::string> missing;  ///< Applied, but not among the migrations.
  std::vector<std::string> edited;   ///< Applied with another checksum.
  std::vector<std::string> heads;
  bool clean() const { return missing.empty() && edited.empty() && heads.size() <= 1; }
};

struct MigratorOptions {
  /// How long a process waits for another one that migrates.
  std::chrono::milliseconds lockTimeout = std::chrono::seconds(60);
  std::function<void(const Migration&, bool up)> onStart;  ///< Progress.
};

/// Moves a database between versions. Each migration is one transaction, with its row of the
/// history: it is there as a whole or not at all. Processes that start at once wait for each other.
class Migrator {
 public:
  Migrator(Database database, Migrations migrations, MigratorOptions options = {});

  Status status() const;
  /// Applies what is pending up to `target` (an id; empty: the only head). Returns the ids applied.
  /// Throws Error(schema) for branches, missing or edited migrations, naming them.
  std::vector<std::string> upgrade(std::string_view target = {});
  /// Undoes what was applied after `target` ("base": everything).
  std::vector<std::string> downgrade(std::string_view target);
  /// The SQL that upgrade() or downgrade() would run here, without running it.
  std::string dryRun(std::string_view target = {}, bool down = false) const;
  /// Writes `id` and everything before it into the history without running anything: for a database
  /// whose schema is there already.
  void stamp(std::string_view id);

 private:
  Database database_;
  Migrations migrations_;
  MigratorOptions options_;
};

}  // namespace repot::schema
