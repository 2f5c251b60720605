// Migrations written by comparing: from a live schema to the one that is wanted, as C++ or as SQL
// files, to be looked through by a person before they are used.
//
//     Draft draft = draftMigration(database, modelOf<Track, Album>());
//     draft.id = "0007";
//     draft.description = "add year to tracks";
//     writeDraft(draft, "migrations");
#pragma once

#include <repot/database.hpp>
#include <repot/schema/diff.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace repot::schema {

/// A migration that was written by comparing.
struct Draft {
  std::string id;           ///< For the files and the migration; to be filled in.
  std::string description;  ///< To be filled in.
  std::vector<std::string> after;
  std::string source;  ///< How it was made, as a comment tells it: "by comparing …".
  Schema before;       ///< The live schema.
  std::string scheme;  ///< Of the database that `before` was read from.
  Diff up;
  /// Back to `before`, but for the data that is lost. Empty: the migration cannot be undone.
  std::vector<Change> down;
  /// Tables and indexes that are more than their Change says, by name: the SQL that makes them in
  /// files for `scheme`.
  std::map<std::string, std::string, std::less<>> verbatim = {};
};

/// Compares; DiffScope::entities for schemas of modelOf(). Tables of other migration tools
/// (alembic_version, …; <repot/schema/adopt.hpp>) are left alone. Throws Error(schema) where a
/// change cannot be made.
Draft draftMigration(const Schema& live, const Schema& wanted, const DiffOptions& options);
Draft draftMigration(Database database, const Schema& wanted,
                     DiffScope scope = DiffScope::entities);

/// A C++ source file with `repot::schema::Migration migration_<id>()`. What loses data, or may
/// fail because of it, is marked by a comment.
std::string draftToCpp(const Draft& draft);

/// One of the SQL files of a draft.
struct DraftFile {
  std::string name;
  std::string text;
};
/// `<id>_<words>.<scheme>.up.sql` and `.down.sql` for every database that is registered
/// (registerBackends()), marked likewise. Where SQL of the live schema goes into the file for
/// another kind of database, a comment says so.
std::vector<DraftFile> draftToSql(const Draft& draft);

/// Writes draftToSql() into the folder, which is made where only it is missing; an empty id becomes
/// the next number of the folder, and no `after` the only head there. Returns the paths. Throws
/// Error: usage where nothing differs or the description holds no letter or digit; schema where the
/// folder's migrations are not in order; resource where a file is there already or cannot be
/// written, and then leaves none behind.
std::vector<std::filesystem::path> writeDraft(Draft draft, const std::filesystem::path& folder);

}  // namespace repot::schema
