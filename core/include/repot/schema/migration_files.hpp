// Starting a new migration in a folder of SQL files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace repot::schema {

/// What the files of a new migration are named by.
struct NewMigration {
  /// What the migration does, in a few words; they go into the files' names.
  std::string words;
  /// Ids that it follows; empty: the only head.
  std::vector<std::string> after;
  /// A pair of files for each database, in place of one for all.
  bool perDialect = false;
};

/// Writes the up and down files of a migration that has the next number, with nothing in them but
/// comments, and returns their paths. The folder is made where only it is missing.
///
/// Throws Error: usage where `words` holds no letter or digit; schema where the folder's migrations
/// are not in order (two heads, and `after` does not say which to follow); resource where a file
/// cannot be written or is there already, and then leaves none behind.
std::vector<std::filesystem::path> writeMigration(const std::filesystem::path& folder,
                                                  const NewMigration& migration);

}  // namespace repot::schema
