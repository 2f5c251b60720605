// The files of a new migration in a folder: their numbers and names.
#pragma once

#include "repot/schema/migration.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace repot::schema {

/// Makes the folder where only it is missing. Throws Error(resource).
void makeFolder(const std::filesystem::path& folder);

/// "Add a genre!" → "add_a_genre"; letters beyond ASCII stay. Throws Error(usage) where no letter
/// or digit is left.
std::string fileWords(const std::string& words);

/// The number after the highest that an id begins with, as wide as that one, and four digits at
/// least.
std::string nextId(const Migrations& migrations);

/// `wanted`, or where it is empty the only head. Throws Error: notFound for one that there is not,
/// schema where there are several heads.
std::vector<std::string> parentsOf(const Migrations& migrations,
                                   const std::vector<std::string>& wanted);

/// The `-- after:` line for these parents.
std::string afterLine(const std::vector<std::string>& parents);

}  // namespace repot::schema
