// See project.hpp.
#include "engine/init/project.hpp"

#include "engine/init/template.hpp"

#include <repot/error.hpp>
#include <repot/new_files.hpp>

#include <algorithm>
#include <array>
#include <cctype>

namespace repot::init {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longestName =
    50;  // Names of constraints are made of it, of 63 bytes at most.

// The names are ASCII whatever the locale.
bool isLower(char c) {
  return c >= 'a' && c <= 'z';
}
bool isUpper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool isDigit(char c) {
  return c >= '0' && c <= '9';
}
bool isWord(char c) {
  return isLower(c) || isUpper(c) || isDigit(c) || c == '_';
}

[[noreturn]] void refuse(std::string_view what, std::string_view name, std::string_view rule) {
  throw Error(ErrorKind::usage, "\"" + std::string(name) + "\" cannot be the name of the " +
                                    std::string(what) + ": " + std::string(rule));
}

/// "OrderLine" → "order_line".
std::string snakeCase(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (isUpper(name[i]) && i > 0 && !isUpper(name[i - 1]) && name[i - 1] != '_') out += '_';
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
  }
  return out;
}

std::string filled(std::string_view text, const Project& project) {
  const std::array<std::pair<std::string_view, std::string>, 4> values{{
      {"@NAME@", project.name},
      {"@ENTITY@", project.entity},
      {"@ENTITY_FILE@", snakeCase(project.entity)},
      {"@TABLE@", project.table},
  }};
  std::string out(text);
  for (const auto& [placeholder, value] : values) {
    for (std::size_t at = out.find(placeholder); at != std::string::npos;
         at = out.find(placeholder, at + value.size()))
      out.replace(at, placeholder.size(), value);
  }
  return out;
}

/// A file whose name begins with a dot would be one of this repository's own in the template.
std::string fileName(std::string_view name, const Project& project) {
  constexpr std::string_view dot = "dot.";
  return filled(name.starts_with(dot) ? name.substr(dot.size() - 1) : name, project);
}

void checkNoneIsThere(const fs::path& folder,
                      const std::vector<std::pair<std::string, std::string>>& files) {
  std::string there;
  for (const auto& [name, text] : files) {
    if (fs::exists(fs::symlink_status(folder / name))) there += (there.empty() ? "" : ", ") + name;
  }
  if (there.empty()) return;
  throw Error(ErrorKind::conflict, "in " + folder.string() + " there are already: " + there +
                                       "; nothing was written. Name another folder");
}

}  // namespace

std::string nameFrom(std::string_view folder) {
  std::string name;
  for (const char c : folder) {
    if (isWord(c)) {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  while (!name.empty() && !isLower(name.front()) && !isUpper(name.front()))
    name.erase(0, 1);
  name.resize(std::min(name.size(), longestName));
  while (!name.empty() && name.back() == '-')
    name.pop_back();
  return name.empty() ? "app" : name;
}

std::string tableOf(std::string_view entity) {
  std::string name = snakeCase(entity);
  const auto endsWith = [&](std::string_view end) { return name.ends_with(end); };
  const bool vowel = name.size() > 1 && std::string_view("aeiou").find(name[name.size() - 2]) !=
                                            std::string_view::npos;
  if (endsWith("y") && !vowel) return name.substr(0, name.size() - 1) + "ies";
  if (endsWith("s") || endsWith("x") || endsWith("z") || endsWith("ch") || endsWith("sh"))
    return name + "es";
  return name + 's';
}

void checkName(std::string_view name) {
  const bool begins = !name.empty() && (isLower(name[0]) || isUpper(name[0]));
  const bool words =
      std::all_of(name.begin(), name.end(), [](char c) { return isWord(c) || c == '-'; });
  if (!begins || !words || name.size() > longestName)
    refuse("project", name, "letters, digits, - and _, a letter first, at most 50");
}

void checkEntity(std::string_view entity) {
  // No word of C++ begins with a capital letter.
  const bool words = std::all_of(entity.begin(), entity.end(), isWord);
  if (entity.empty() || !isUpper(entity[0]) || !words || entity.size() > longestName ||
      entity.find("__") != std::string_view::npos)
    refuse("entity", entity,
           "a struct's, with a capital letter first, like Task; at most 50 letters");
}

void checkTable(std::string_view table) {
  const bool begins = !table.empty() && (isLower(table[0]) || table[0] == '_');
  const bool words = std::all_of(table.begin(), table.end(),
                                 [](char c) { return isLower(c) || isDigit(c) || c == '_'; });
  if (!begins || !words || table.size() > longestName)
    refuse("table", table, "small letters, digits and _, no digit first, at most 50");
  for (const std::string_view taken : {"sqlite_", "pg_", "repot_"}) {
    if (table.starts_with(taken))
      refuse("table", table, "names that begin with " + std::string(taken) + " are taken");
  }
}

std::vector<std::pair<std::string, std::string>> projectFiles(const Project& project) {
  checkName(project.name);
  checkEntity(project.entity);
  checkTable(project.table);
  std::vector<std::pair<std::string, std::string>> files;
  for (const TemplateFile& file : templateFiles())
    files.emplace_back(fileName(file.name, project), filled(file.text, project));
  return files;
}

std::vector<fs::path> writeProject(const fs::path& folder, const Project& project) {
  const auto files = projectFiles(project);
  checkNoneIsThere(folder, files);
  std::error_code code;
  const bool made = fs::create_directories(folder, code);
  if (code) {
    throw Error(ErrorKind::resource,
                "cannot make the folder " + folder.string() + ": " + code.message());
  }
  try {
    const std::vector<fs::path> written = writeNewFiles(folder, files);
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (!files[i].second.starts_with("#!")) continue;
      const auto execute = fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
      fs::permissions(written[i], execute, fs::perm_options::add, code);
    }
    return written;
  } catch (const Error&) {
    if (made) fs::remove(folder, code);
    throw;
  }
}

}  // namespace repot::init
