// Where an SQLite URL points to, as the file: URI that SQLite takes.
#pragma once

#include <repot/url.hpp>

#include <string>

namespace repot::sqlite {

struct Location {
  std::string uri;
  std::string path;  ///< Of the file; empty in memory.
};

Location locate(const DatabaseUrl& url);

/// Throws Error where the folder of the file does not exist or is no folder: SQLite would only say
/// "unable to open database file".
void checkFolder(const Location& location);

}  // namespace repot::sqlite
