// Translates SQLite URLs; see location.hpp.
#include "sqlite/location.hpp"

#include <repot/error.hpp>
#include <repot/percent.hpp>

#include <unistd.h>

#include <filesystem>

namespace repot::sqlite {

Location locate(const DatabaseUrl& url) {
  Location location;
  if (url.isInMemory()) {
    location.uri = "file::memory:";
    return location;
  }
  // SQLAlchemy's "file:path?…&uri=true" brings SQLite's own options with it.
  location.path = url.filePath();
  location.uri = "file:" + percentEncode(location.path, "/");
  char separator = '?';
  for (const char* name : {"mode", "cache", "nolock", "immutable", "vfs", "psow"}) {
    const auto value = url.option(name);
    if (!value) continue;
    location.uri += separator + std::string(name) + '=' + percentEncode(*value);
    separator = '&';
  }
  return location;
}

void checkFolder(const Location& location) {
  if (location.path.empty()) return;
  std::filesystem::path folder = std::filesystem::path(location.path).parent_path();
  if (folder.empty()) folder = ".";
  const std::string where =
      "the folder " + folder.string() + " of the database file " + location.path;
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error))
    throw Error(ErrorKind::notFound, where + " does not exist; create it first");
  if (!std::filesystem::exists(location.path, error) && ::access(folder.c_str(), W_OK) != 0)
    throw Error(ErrorKind::permission, where + " is not writable for this user");
}

}  // namespace repot::sqlite
