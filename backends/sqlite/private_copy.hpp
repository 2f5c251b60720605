// A copy of a database in a directory that only this process's user can read, for files that cannot
// be read in place. Removed with the object.
#pragma once

#include <string>

struct sqlite3;

namespace repot::sqlite {

class PrivateCopy {
 public:
  /// Makes the empty directory (mode 0700). Empty `parent`: $TMPDIR or /tmp.
  explicit PrivateCopy(const std::string& parent);
  ~PrivateCopy();
  PrivateCopy(const PrivateCopy&) = delete;
  PrivateCopy& operator=(const PrivateCopy&) = delete;

  /// Copies the database and its -wal, byte for byte; both must stay as they are meanwhile
  /// (Error(busy) otherwise, after a few attempts).
  void copyFiles(const std::string& source);
  /// Copies what `source` sees, by SQLite's backup interface, in one step.
  void copyDatabase(sqlite3* source);

  std::string path() const { return directory_ + "/copy.db"; }

 private:
  std::string directory_;
};

}  // namespace repot::sqlite
