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
#include <string>
#include <string_view>
#include <vector>

namespace repot::schema {

struct Draft {
  std::string id;           ///< For the files and the migration; to be filled in.
  std::string description;  ///< To be filled in.
  std::vector<std::string> after;
  std::string source;  ///< What was compared with, as a comment tells it.
  Schema before;       ///< The live schema.
  std::string scheme;  ///< Of the database that `before` was read from.
  Diff up;
  std::vector<Change> down;  ///< Back to `before`, but for the data that is lost.
};

/// Compares; DiffScope::entities for schemas of modelOf(). Tables of other migration tools
/// (alembic_version, …) are left alone. Throws Error(schema) where a change cannot be made.
Draft draftMigration(const Schema& live, const Schema& wanted, const DiffOptions& options);
Draft draftMigration(Database database, const Schema& wanted,
                     DiffScope scope = DiffScope::entities);

/// A C++ source file with `repot::schema::Migration migration_<id>()`. What loses data, or may
/// fail because of it, is marked by a comment.
std::string draftToCpp(const Draft& draft);

struct DraftFile {
  std::string name;
  std::string text;
};
/// `<id>_<words>.<scheme>.up.sql` and `.down.sql` for every database that is registered
/// (registerBackends()), marked likewise.
std::vector<DraftFile> draftToSql(const Draft& draft);

/// Writes draftToSql() into the folder, which is made where only it is missing; an empty id becomes
/// the next number of the folder. Returns the paths. Throws Error: usage where nothing differs,
/// resource where a file is there already or cannot be written.
std::vector<std::filesystem::path> writeDraft(Draft draft, const std::filesystem::path& folder);

/// The tool whose history is in the table ("Alembic", "Django", "Rails", …); empty: none known.
std::string_view historyOwner(std::string_view table);
/// Without the tables of historyOwner().
Schema withoutHistories(Schema schema);

}  // namespace repot::schema
