// Files that appear whole or not at all, and are private: what a folder of backups is made of.
#pragma once

#include "repot/copier.hpp"

#include <filesystem>
#include <string>

namespace repot::backup {

/// A new empty file of mode 0600 that is removed with this object, unless it was given its name.
class PartialFile {
 public:
  /// Throws Error(resource, permission) where it cannot be made or is there already.
  explicit PartialFile(std::filesystem::path path);
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }
  /// Brings its bytes to the disk, and lets go of the cached ones, so that whoever reads the file
  /// next reads what is stored.
  void sync() const;
  /// Gives it its name, for good.
  void publish(const std::filesystem::path& name);

 private:
  std::filesystem::path path_;
  bool published_ = false;
};

/// Held by the one process that works on the backups of a database in a folder.
class FolderLock {
 public:
  /// Throws Error(busy) that names the process where another one holds it.
  explicit FolderLock(const std::filesystem::path& file);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int handle_;
};

/// Makes the folder, and those above it, where they do not exist; mode 0700.
void makeFolder(const std::filesystem::path& folder);
void syncFolder(const std::filesystem::path& folder);

/// XXH3-128 of a file, as 32 hexadecimal digits.
std::string digestOfFile(const std::filesystem::path& file, const CopyObserver& observer);

/// zstd, with a checksum. Both throw Error(resource), and decompress() Error(data).
void compress(const std::filesystem::path& from, const std::filesystem::path& to,
              const CopyObserver& observer);
void decompress(const std::filesystem::path& from, const std::filesystem::path& to,
                const CopyObserver& observer);

}  // namespace repot::backup
