// Taking over a database that another tool made: its live schema becomes the first migration, which
// the history says is applied. No row is read or written but those of the history.
//
//     Adoption adoption = planAdoption(database);
//     adopt(database, adoption, "migrations");
#pragma once

#include <repot/database.hpp>
#include <repot/schema/draft.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace repot::schema {

/// A table in which another tool keeps what it has applied.
struct OtherHistory {
  std::string table;
  std::string owner;    ///< "Alembic", "Django", …
  std::string version;  ///< The last one; empty where it cannot be told.
};

/// Something that a person should know, or look at.
struct AdoptionNote {
  std::string object;  ///< "function touch()", "column tracks.title", …
  std::string text;
  std::string sql;  ///< That the database keeps of the object; may be empty.
};

/// How a database that another tool made is taken over.
struct Adoption {
  /// From an empty database to the live schema; without a way back, which would lose everything.
  Draft baseline;
  std::vector<OtherHistory> histories;
  std::vector<AdoptionNote> notes;
};

/// Reads the live schema, and changes nothing. `description` goes into the migration. Throws
/// Error(schema) where the database has migrations of Repot's already, or nothing to adopt.
Adoption planAdoption(Database database, std::string description = "baseline");

/// Throws Error(schema) where the folder is there and has migrations.
void checkHoldsNone(const std::filesystem::path& folder);

/// Writes the baseline as SQL files into the folder, which must hold no migrations, and stamps it.
/// Where that fails no file stays. Returns the paths. Throws Error: as writeDraft() and
/// Migrator::stamp(), and checkHoldsNone().
std::vector<std::filesystem::path> adopt(
    Database database, const Adoption& adoption, const std::filesystem::path& folder,
    std::chrono::milliseconds lockTimeout = std::chrono::seconds(60));

/// Stamps the baseline as the migration of draftToCpp(), for a program that has it in C++.
void stampBaseline(Database database, const Adoption& adoption,
                   std::chrono::milliseconds lockTimeout = std::chrono::seconds(60));

/// The tool whose history is in the table ("Alembic", "Django", "Rails", …); empty: none known.
std::string_view historyOwner(std::string_view table);
/// Without the tables of historyOwner().
Schema withoutHistories(Schema schema);

}  // namespace repot::schema
