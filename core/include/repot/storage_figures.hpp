// The size of a database, as backends, metrics and growth signals speak of it.
#pragma once

#include <cstdint>

namespace repot {

/// How large a database is on disk.
struct StorageFigures {
  std::int64_t pages = 0;
  std::int64_t freePages = 0;  ///< Left by deletions; SQLite's VACUUM gives them back.
  std::int64_t pageBytes = 0;
  std::int64_t walBytes = 0;  ///< Of SQLite's -wal file.

  /// Of pages that hold something, and of all.
  std::int64_t usedBytes() const noexcept { return (pages - freePages) * pageBytes; }
  std::int64_t bytes() const noexcept { return pages * pageBytes; }
};

}  // namespace repot
