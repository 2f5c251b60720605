// The program's commands but for `schema`, which is the library's own: they do, and print to
// stdout.
#pragma once

#include <repot/database.hpp>

#include <cstdint>
#include <string>

namespace music {

void scanCommand(repot::Database& database, const std::string& folder);

struct DownloadOptions {
  int workers = 8;
  std::int64_t count = 100;  ///< Downloads to be queued first.
};
void downloadCommand(repot::Database& database, const DownloadOptions& options);

struct ListOptions {
  std::string artist;  ///< Empty: all.
  std::string search;  ///< Text in title, artist or album; empty: all.
  std::int64_t limit = 50;
  std::string after;  ///< As a page printed it.
};
void listCommand(repot::Database& database, const ListOptions& options);

/// Counts of everything.
void statusCommand(repot::Database& database);

}  // namespace music
