// Versions of a schema and the graph that they form. Knows no database; what moves one between
// versions is in migrator.hpp.
#pragma once

#include <repot/schema/changes.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace repot::schema {

/// One version of the schema, made from the one before.
struct Migration {
  /// Unique. Of letters, digits, '.', '_' and '-', a letter or digit first; not "base" or "head".
  std::string id = {};
  std::string description = {};  ///< One line.
  /// Ids of the versions that this one follows. Empty: the first. Two: a merge of branches.
  std::vector<std::string> after = {};
  std::function<void(Changes&)> up = {};
  std::function<void(Changes&)> down = {};  ///< Empty: cannot be undone, and says so.
};

/// All versions, as a graph. A value; const members may be called from several threads.
class Migrations {
 public:
  /// Parents may be added later. Throws Error(schema) for an id that is there already or cannot be
  /// one, and where `up` is empty.
  Migrations& add(Migration migration);

  /// Reads a folder of `<id>_<words>.up.sql` and `.down.sql` (for every database), or
  /// `….sqlite.up.sql`, `….postgresql.up.sql` (for one; goes before the common file). A leading
  /// comment `-- after: id[, id]` of the up file names the parents, `-- after: base` none; without
  /// it a file follows the one before it in the order of names. Other files are left alone.
  ///
  /// Throws Error: notFound where there is no such folder; schema, naming the file, for names of
  /// another form, a down without an up, texts that are not UTF-8, and statements that would end
  /// the transaction of the migration (COMMIT, ROLLBACK, …).
  static Migrations load(const std::filesystem::path& folder);

  /// In the order of adding.
  const std::vector<Migration>& all() const noexcept { return migrations_; }
  /// nullptr where there is none.
  const Migration* find(std::string_view id) const noexcept;

  /// Ids that no other follows: more than one are branches that no merge joins.
  std::vector<std::string> heads() const;
  /// Parents before children, and otherwise in the order of adding. Valid until the next add().
  /// Throws Error(schema) that names the ids: for a parent that is missing, and for a cycle.
  std::vector<const Migration*> ordered() const;
  /// `id` and all that it builds on, in that order. Throws as ordered(), and Error(notFound) where
  /// there is no such migration.
  std::vector<const Migration*> upTo(std::string_view id) const;

 private:
  std::vector<Migration> migrations_;
};

/// What tells an edited migration: a digest of its up-steps for each database.
///
/// It is taken from the steps as they are written, not from the SQL that they become, so that it is
/// the same for every release of Repot, and goes along when the database moves. In SQL of the
/// author's own, comments do not count, and any blanks outside of quotes are as one.
class Checksum {
 public:
  /// Runs the up-steps, which only collect changes.
  static Checksum of(const Migration& migration);
  /// Reads back toString().
  static Checksum parse(std::string_view text);

  /// True where both mean the same steps on the database of that scheme.
  bool matches(const Checksum& other, std::string_view scheme) const;
  /// One digest, or, where the steps differ by database, "sqlite:<digest> postgresql:<digest>".
  std::string toString() const;

 private:
  std::string_view of(std::string_view scheme) const;

  std::map<std::string, std::string, std::less<>> digests_;  ///< By scheme; "": all others.
};

}  // namespace repot::schema
