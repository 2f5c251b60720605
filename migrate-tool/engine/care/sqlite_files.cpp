// The files of an SQLite database: who may read them, what lies beside them, and on what.
#include "engine/care/sqlite_checks.hpp"

#include <repot/sqlite/file_header.hpp>

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace repot::care {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t megabyte = 1'000'000;

std::int64_t sizeOf(const std::string& path) {
  std::error_code missing;
  const auto size = fs::file_size(path, missing);
  return missing ? 0 : static_cast<std::int64_t>(size);
}

/// Bytes 18 and 19 of the header: 2 in WAL mode (SQLite file format, "The Database Header").
bool isWalMode(const std::string& path) {
  const std::string header = sqlite::readFileHeader(path);
  return header.size() > 19 && header[18] == 2 && header[19] == 2;
}

void checkModes(const std::string& path, Chart& chart) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return;
  chart.run("file_mode", [&] {
    if ((status.st_mode & (S_IROTH | S_IWOTH)) == 0) return;
    const bool written = (status.st_mode & S_IWOTH) != 0;
    chart.add({"file_mode",
               written ? Severity::error : Severity::warning,
               path,
               fmt::format("every user of this machine may {} it (mode {:04o})",
                           written ? "change" : "read", status.st_mode & 07777),
               "SQLite has no users and rights: who may read the file has all of its data",
               "take the rights of others away: chmod o= on the file",
               {Cure::Kind::privateMode, {}, false}});
  });
  chart.run("hard_links", [&] {
    if (status.st_nlink < 2) return;
    chart.add({"hard_links",
               Severity::error,
               path,
               fmt::format("the file has {} names", status.st_nlink),
               "two programs that open it by different names do not see each other's journal, and "
               "damage it (\"How To Corrupt An SQLite Database File\", 2.5)",
               "remove the other names, and use a symbolic link",
               {}});
  });
  chart.run("folder_mode", [&] {
    const fs::path folder = fs::absolute(path).parent_path();
    if (::access(folder.c_str(), W_OK) == 0) return;
    chart.add({"folder_mode",
               Severity::error,
               folder.string(),
               "this user may not write into the folder",
               "SQLite makes its journal beside the database: every write fails",
               "give the application's user the right to write into the folder",
               {}});
  });
}

void checkNeighbours(const std::string& path, Chart& chart) {
  chart.run("hot_journal", [&] {
    if (sizeOf(path + "-journal") == 0 || isWalMode(path)) return;
    std::ifstream journal(path + "-journal", std::ios::binary);
    if (journal.get() != 0xd9) return;  // A journal that was only cut to nothing or zeroed.
    chart.add({"hot_journal",
               Severity::error,
               path + "-journal",
               "there is the journal of a transaction that did not end",
               "the database is half changed until somebody opens it for writing, and is lost if "
               "the journal is removed or left behind in a copy",
               "open the database for writing once, which undoes the transaction",
               {Cure::Kind::sql, {"SELECT count(*) FROM sqlite_schema"}, true}});
  });
  chart.run("stray_wal", [&] {
    if (sizeOf(path + "-wal") == 0 || isWalMode(path)) return;
    chart.add({"stray_wal",
               Severity::error,
               path + "-wal",
               "the database is not in WAL mode, and has a -wal file",
               "one of the two was copied or restored without the other: what is in the -wal file "
               "may be missing in the database, or be another database's",
               "find out where the file is from; restore a backup if in doubt",
               {}});
  });
  chart.run("wal_size", [&] {
    const std::int64_t wal = sizeOf(path + "-wal");
    constexpr std::int64_t most = 128 * megabyte;  // Repot's own connections keep it at 64 MiB.
    if (wal < most || !isWalMode(path)) return;
    chart.add({"wal_size",
               Severity::warning,
               path + "-wal",
               fmt::format("the -wal file has {} MB", wal / megabyte),
               "reads become slower with it; a reader that never ends, or a missing checkpoint, "
               "keeps it from being emptied",
               "end long reads, and checkpoint",
               {Cure::Kind::sql, {"PRAGMA wal_checkpoint(TRUNCATE)"}, true}});
  });
}

void checkPlace(const std::string& path, const DoctorOptions& options, Chart& chart) {
  const FileSystem place = options.fileSystem(path);
  chart.run("file_system", [&] {
    for (const std::string_view remote :
         {"nfs", "cifs", "smb2", "9p", "afs", "ceph", "fuse", "vboxsf"}) {
      if (place.kind != remote) continue;
      chart.add({"file_system",
                 Severity::error,
                 path,
                 fmt::format("the file is on {}, a file system over a network or a program's",
                             place.kind),
                 "locks are not reliable there, WAL does not work between machines, and the file "
                 "gets damaged (\"How To Corrupt An SQLite Database File\", 2.1)",
                 "move the file to a local disk, or the database to PostgreSQL: repot migrate",
                 {}});
    }
  });
  chart.run("free_space", [&] {
    const std::int64_t size = sizeOf(path);
    if (place.freeBytes >= size + 64 * megabyte) return;
    chart.add({"free_space",
               Severity::error,
               path,
               fmt::format("{} MB are free, the file has {} MB", place.freeBytes / megabyte,
                           size / megabyte),
               "VACUUM and a rebuild of a table need as much room as the file has, and with a full "
               "disk every write fails",
               "make room",
               {}});
  });
}

}  // namespace

FileSystem fileSystemOf(const std::string& path) {
  struct statfs status {};
  if (::statfs(path.c_str(), &status) != 0) return {};
  // linux/magic.h
  static constexpr std::pair<unsigned, const char*> kinds[] = {
      {0x6969, "nfs"},      {0xff534d42, "cifs"}, {0xfe534d42, "smb2"},
      {0x517b, "cifs"},     {0x01021997, "9p"},   {0x5346414f, "afs"},
      {0x00c36400, "ceph"}, {0x65735546, "fuse"}, {0x786f4256, "vboxsf"}};
  FileSystem place;
  place.freeBytes =
      static_cast<std::int64_t>(status.f_bavail) * static_cast<std::int64_t>(status.f_bsize);
  for (const auto& [magic, kind] : kinds)
    if (static_cast<unsigned>(status.f_type) == magic) place.kind = kind;
  return place;
}

void checkFiles(const std::string& path, const DoctorOptions& options, Chart& chart) {
  checkModes(path, chart);
  checkNeighbours(path, chart);
  checkPlace(path, options, chart);
}

}  // namespace repot::care
