// Starting a new migration in a folder of SQL files; see migration_files.hpp and
// new_migration.hpp.
#include "repot/schema/migration_files.hpp"

#include "repot/error.hpp"
#include "repot/new_files.hpp"
#include "schema/listed.hpp"
#include "schema/new_migration.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace repot::schema {

namespace fs = std::filesystem;

void makeFolder(const fs::path& folder) {
  std::error_code code;
  fs::create_directory(folder, code);
  if (code) {
    throw Error(ErrorKind::resource,
                "cannot make the folder " + folder.string() + ": " + code.message());
  }
}

std::string fileWords(const std::string& words) {
  std::string result;
  for (const char c : words) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || byte >= 0x80) {
      result += static_cast<char>(byte < 0x80 ? std::tolower(byte) : byte);
    } else if (!result.empty() && result.back() != '_') {
      result += '_';
    }
  }
  while (!result.empty() && result.back() == '_')
    result.pop_back();
  if (result.empty()) {
    throw Error(ErrorKind::usage, "'" + words + "' names no migration: write a few words");
  }
  return result;
}

std::string nextId(const Migrations& migrations) {
  unsigned long highest = 0;
  std::size_t width = 4;
  for (const Migration& migration : migrations.all()) {
    unsigned long number = 0;
    const char* const begin = migration.id.data();
    const auto [end, error] = std::from_chars(begin, begin + migration.id.size(), number);
    if (error != std::errc() || number < highest) continue;
    highest = number;
    width = std::max(width, static_cast<std::size_t>(end - begin));
  }
  const std::string digits = std::to_string(highest + 1);
  return std::string(width - std::min(width, digits.size()), '0') + digits;
}

std::vector<std::string> parentsOf(const Migrations& migrations,
                                   const std::vector<std::string>& wanted) {
  for (const std::string& id : wanted)
    migrations.upTo(id);
  if (!wanted.empty()) return wanted;
  migrations.ordered();
  std::vector<std::string> heads = migrations.heads();
  if (heads.size() > 1) {
    throw Error(ErrorKind::schema, "there are branches: " + listed(heads) +
                                       "; say which the new migration follows (all of them: it "
                                       "joins the branches)");
  }
  return heads;
}

std::string afterLine(const std::vector<std::string>& parents) {
  return "-- after: " + (parents.empty() ? "base" : listed(parents)) + '\n';
}

std::vector<fs::path> writeMigration(const fs::path& folder, const NewMigration& migration) {
  const std::string words = fileWords(migration.words);
  makeFolder(folder);
  const Migrations existing = Migrations::load(folder);
  const std::string id = nextId(existing);
  const std::string up = afterLine(parentsOf(existing, migration.after)) + "-- " + migration.words +
                         "\n-- All of this file runs in one transaction.\n";
  const std::string down =
      "-- Undoes " + id + ". As long as no SQL stands here, the migration cannot be undone.\n";
  std::vector<std::pair<std::string, std::string>> files;
  for (const char* dialect : {"", ".sqlite", ".postgresql"}) {
    if ((*dialect != '\0') != migration.perDialect) continue;
    const std::string name = id + '_' + words + dialect;
    files.emplace_back(name + ".up.sql", up);
    files.emplace_back(name + ".down.sql", down);
  }
  return writeNewFiles(folder, files);
}

}  // namespace repot::schema
