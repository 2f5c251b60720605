// A new application as files: CMake, one entity, its migration, a program, and a test that runs on
// both databases.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repot::init {

/// What the files are about. Names are checked, as they stand in code, in CMake and in shell
/// scripts.
struct Project {
  std::string name;    ///< Of the project and its program: letters, digits, - and _.
  std::string entity;  ///< Of the struct: "Task".
  std::string table;   ///< Of its table: "tasks".
};

/// The name made of a folder's ("My tasks!" → "My-tasks"); "app" where nothing is left of it.
std::string nameFrom(std::string_view folder);
/// "OrderLine" → "order_lines".
std::string tableOf(std::string_view entity);

/// Throw Error(usage), saying what such a name may be.
void checkName(std::string_view name);
void checkEntity(std::string_view entity);
void checkTable(std::string_view table);

/// Names, relative, and texts. Pure. Throws Error(usage) for names that cannot be.
std::vector<std::pair<std::string, std::string>> projectFiles(const Project& project);

/// Writes the files into the folder, which is made where it is missing, and returns their paths.
/// Throws Error: conflict, naming them, where some are there already; resource where one cannot be
/// written. Then nothing is left behind.
std::vector<std::filesystem::path> writeProject(const std::filesystem::path& folder,
                                                const Project& project);

}  // namespace repot::init
