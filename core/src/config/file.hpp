// The file of a configuration: JSON with comments, as flat entries.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repot::config {

struct FileEntry {
  std::string key;    ///< "pool.size".
  std::string text;   ///< As text, whatever it is in JSON.
  std::string place;  ///< "profiles.production.pool.size".
};

struct FileContents {
  std::string profile;  ///< The one that is meant where nobody names one; may be empty.
  std::vector<FileEntry> common;
  std::vector<std::pair<std::string, std::vector<FileEntry>>> profiles;
  std::vector<std::string> problems;  ///< With their places; the rest is good.
};

/// Throws Error(usage) where it is no JSON at all, with line and column.
FileContents parseFile(std::string_view text);

}  // namespace repot::config
