// What a file is, judged by its first bytes and its neighbours, before SQLite is asked to open it:
// SQLite takes an empty file for a database and says of all else only "file is not a database".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace repot::sqlite {

struct SniffedFile {
  std::string realPath;  ///< Absolute, symbolic links resolved: SQLite looks there for -wal.
  bool walMode = false;  ///< The header says that the database is in WAL mode.
  bool hasWal = false;   ///< A -wal file of more than 0 bytes lies beside it.
  bool hasJournal = false;
  std::int64_t bytes = 0;  ///< The file and its -wal.
  std::vector<std::string> notes;
};

/// Errors: notFound, permission, notADatabase; the message says what was found instead.
SniffedFile sniff(const std::string& path);

}  // namespace repot::sqlite
