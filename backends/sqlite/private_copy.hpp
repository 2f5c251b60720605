// A copy of a database in a directory that only this process's user can read, for files that cannot
// be read in place. Removed with the object.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
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

  /// Copies the database with its -wal and -journal, byte for byte; they must stay as they are
  /// meanwhile (Error(busy) otherwise, after a few attempts).
  void copyFiles(const std::string& source);
  /// Copies what `handle` sees of `source`, by SQLite's backup interface, in one step.
  void copyDatabase(sqlite3* handle, const std::string& source);
  /// Undoes in the copy what a writer left half done.
  void rollBack();
  /// Whether the files that were copied are others by now.
  bool sourceChanged() const;

  std::string path() const { return directory_ + "/copy.db"; }

 private:
  /// Of a file: none is like an empty one.
  struct Stamp {
    std::uintmax_t bytes = 0;
    std::filesystem::file_time_type changed;
    bool operator==(const Stamp&) const = default;
  };
  using Stamps = std::array<Stamp, 3>;  ///< The database, its -wal and its -journal.
  static Stamps stampsOf(const std::string& source);

  std::string directory_;
  std::string source_;
  Stamps stamps_;
};

}  // namespace repot::sqlite
