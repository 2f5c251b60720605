// Files, folders, globs and lists; see sources.hpp.
#include "engine/fleet/sources.hpp"

#include <repot/error.hpp>
#include <repot/url.hpp>

#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

namespace repot::migrate {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t mostSkipped = 10;

bool endsWithAny(std::string_view name, std::initializer_list<std::string_view> ends) {
  return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) {
    return name.size() > end.size() && name.ends_with(end);
  });
}

/// What SQLite and Repot keep beside a database.
bool isCompanion(std::string_view name) {
  return endsWithAny(name, {"-wal", "-shm", "-journal", "-repot-signals"});
}

/// A damaged or empty database is told by its name, so that it is missed by nobody.
bool isDatabase(const fs::path& path) {
  if (endsWithAny(path.filename().string(), {".db", ".db3", ".sqlite", ".sqlite3"})) return true;
  constexpr std::string_view magic = "SQLite format 3";
  std::array<char, magic.size()> head{};
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), std::ssize(head));
  return file && std::string_view(head.data(), head.size()) == magic;
}

/// The lines of a list that say something, with their numbers; a tab parts the two fields.
void visitLines(const std::string& path,
                const std::function<void(std::size_t, std::string, std::string)>& visit) {
  std::ifstream file;
  if (path != "-") {
    file.open(path);
    if (!file || fs::is_directory(path))
      throw Error(ErrorKind::usage, "cannot read the list " + path);
  }
  std::istream& in = path == "-" ? std::cin : file;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    const std::size_t tab = line.find('\t');
    visit(number, line.substr(0, tab), tab == std::string::npos ? "" : line.substr(tab + 1));
  }
  if (in.bad()) throw Error(ErrorKind::usage, "cannot read the list " + path);
}

class Finder {
 public:
  explicit Finder(bool recursive) : recursive_(recursive) {}
  void add(const std::string& argument);
  void addFile(const std::string& path, std::string schema);
  FleetSources take() { return std::move(found_); }

 private:
  void addFolder(const std::string& path);
  void addGlob(const std::string& pattern);
  template <typename Iterator>
  std::vector<std::string> filesOf(const std::string& path);

  const bool recursive_;
  FleetSources found_;
  std::set<std::pair<dev_t, ino_t>> files_;
  std::set<std::string> missing_;
};

void Finder::addFile(const std::string& path, std::string schema) {
  struct stat status {};
  const bool isNew = ::stat(path.c_str(), &status) == 0
                         ? files_.emplace(status.st_dev, status.st_ino).second
                         : missing_.insert(path).second;
  if (isNew) found_.tenants.push_back({path, std::move(schema)});
}

template <typename Iterator>
std::vector<std::string> Finder::filesOf(const std::string& path) {
  std::vector<std::string> files;
  try {
    for (const fs::directory_entry& entry : Iterator(path)) {
      if (!entry.is_regular_file() || isCompanion(entry.path().filename().string())) continue;
      if (isDatabase(entry.path())) {
        files.push_back(entry.path().string());
      } else if (++found_.skippedCount <= mostSkipped) {
        found_.skipped.push_back(entry.path().string());
      }
    }
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorKind::usage, "cannot read the folder " + path + ": " + error.code().message());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void Finder::addFolder(const std::string& path) {
  const std::vector<std::string> files = recursive_
                                             ? filesOf<fs::recursive_directory_iterator>(path)
                                             : filesOf<fs::directory_iterator>(path);
  if (files.empty()) {
    throw Error(ErrorKind::usage, "the folder " + path + " has no SQLite database" +
                                      (recursive_ ? "" : "; --recursive looks below it, too"));
  }
  for (const std::string& file : files)
    addFile(file, {});
}

void Finder::addGlob(const std::string& pattern) {
  glob_t matches{};
  const int result = ::glob(pattern.c_str(), 0, nullptr, &matches);
  std::vector<std::string> files;
  for (std::size_t i = 0; result == 0 && i < matches.gl_pathc; ++i) {
    const std::string path = matches.gl_pathv[i];
    if (!isCompanion(path) && !fs::is_directory(path)) files.push_back(path);
  }
  ::globfree(&matches);
  if (files.empty()) throw Error(ErrorKind::usage, "no file matches " + pattern);
  for (const std::string& file : files)
    addFile(file, {});
}

void Finder::add(const std::string& argument) {
  std::error_code missing;
  if (argument.starts_with("sqlite:")) {
    const DatabaseUrl url = DatabaseUrl::parse(argument);
    if (url.isInMemory()) {
      throw Error(ErrorKind::invalidUrl,
                  "a source must be a file; a database in memory belongs to its process");
    }
    return add(url.filePath());
  }
  if (fs::is_directory(argument, missing)) return addFolder(argument);
  // A name that exists is one, whatever is in it.
  if (!fs::exists(argument, missing) && argument.find_first_of("*?[") != std::string::npos)
    return addGlob(argument);
  addFile(argument, {});
}

}  // namespace

FleetSources findSources(const std::vector<std::string>& arguments,
                         const std::vector<std::string>& lists, bool recursive) {
  Finder finder(recursive);
  for (const std::string& argument : arguments)
    finder.add(argument);
  for (const std::string& list : lists) {
    visitLines(list, [&](std::size_t, const std::string& path, const std::string& schema) {
      finder.addFile(path, schema);
    });
  }
  return finder.take();
}

std::map<std::string, std::string> readSchemaMap(const std::string& path) {
  std::map<std::string, std::string> map;
  visitLines(path, [&](std::size_t line, const std::string& name, const std::string& schema) {
    const std::string where = path + ", line " + std::to_string(line) + ": ";
    if (schema.empty())
      throw Error(ErrorKind::usage, where + "a file, a tab and the schema are expected");
    if (!map.emplace(name, schema).second)
      throw Error(ErrorKind::usage, where + name + " has a schema already");
  });
  return map;
}

}  // namespace repot::migrate
