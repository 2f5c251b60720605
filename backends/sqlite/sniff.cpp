// Recognises what people mistake for an SQLite database.
#include "sqlite/sniff.hpp"

#include <repot/error.hpp>
#include <repot/sqlite/file_header.hpp>

#include <array>
#include <filesystem>
#include <string_view>

namespace repot::sqlite {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

constexpr std::string_view sqliteMagic = "SQLite format 3\0"sv;

struct Magic {
  std::size_t offset;
  std::string_view bytes;
  std::string_view meaning;
};

constexpr std::array magics{
    Magic{0, "\x1f\x8b"sv, "it is gzip-compressed; unpack it first (gunzip)"},
    Magic{0, "PK\x03\x04"sv, "it is a zip archive; unpack it first (unzip)"},
    Magic{0, "BZh"sv, "it is bzip2-compressed; unpack it first (bunzip2)"},
    Magic{0,
          "\xfd"
          "7zXZ\0"sv,
          "it is xz-compressed; unpack it first (unxz)"},
    Magic{0, "\x28\xb5\x2f\xfd"sv, "it is zstd-compressed; unpack it first (unzstd)"},
    Magic{8, "DUCK"sv, "it is a DuckDB database"},
    Magic{0, "** This file contains an SQLite 2"sv,
          "it is an SQLite 2 database; convert it with `sqlite FILE .dump | sqlite3 NEW`"},
    Magic{0, "PGDMP"sv, "it is a PostgreSQL dump (pg_restore reads it)"},
    Magic{0, "PRAGMA foreign_keys"sv, "it is an SQL script; load it first (sqlite3 NEW < FILE)"},
    Magic{0, "BEGIN TRANSACTION"sv, "it is an SQL script; load it first (sqlite3 NEW < FILE)"},
    Magic{0, "\x37\x7f\x06\x82"sv, "it is the -wal file of a database; give the database itself"},
    Magic{0, "\x37\x7f\x06\x83"sv, "it is the -wal file of a database; give the database itself"},
    Magic{0, "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"sv,
          "it is the rollback journal of a database; give the database itself"},
};

std::string whatElse(std::string_view header) {
  for (const Magic& magic : magics) {
    if (header.size() > magic.offset && header.substr(magic.offset).starts_with(magic.bytes)) {
      return std::string(magic.meaning);
    }
  }
  if (header.size() < fileHeaderBytes) return "it has fewer bytes than a database's header";
  return "its header is not \"SQLite format 3\"; perhaps it is encrypted by SQLCipher or SEE "
         "(decrypt "
         "it first), or no database at all";
}

void requireRegularFile(const std::string& path) {
  std::error_code failure;
  const fs::file_status status = fs::status(path, failure);
  if (status.type() == fs::file_type::not_found) {
    throw Error(ErrorKind::notFound, "no such file: \"" + path + "\"");
  }
  if (status.type() == fs::file_type::directory) {
    throw Error(ErrorKind::notADatabase, "\"" + path + "\" is a directory, not a database file");
  }
  if (failure || status.type() == fs::file_type::none) {
    throw Error(ErrorKind::permission, "cannot look at \"" + path + "\": " + failure.message());
  }
  if (status.type() != fs::file_type::regular) {
    throw Error(ErrorKind::notADatabase, "\"" + path + "\" is not a regular file");
  }
}

std::int64_t sizeOf(const std::string& path) {
  std::error_code missing;
  const auto size = fs::file_size(path, missing);
  return missing ? 0 : static_cast<std::int64_t>(size);
}

}  // namespace

SniffedFile sniff(const std::string& path) {
  requireRegularFile(path);
  SniffedFile file;
  std::error_code gone;  // It may be removed at any moment, or lie in no folder (/proc/self/fd).
  file.realPath = fs::canonical(path, gone).string();
  if (gone) {
    throw Error(ErrorKind::notFound,
                "\"" + path + "\" has no place in a folder: " + gone.message());
  }
  const std::string header = readFileHeader(file.realPath);
  if (header.empty()) {
    throw Error(ErrorKind::notADatabase,
                "\"" + path + "\" is empty (0 bytes); is this the right path?");
  }
  if (!std::string_view(header).starts_with(sqliteMagic) || header.size() < fileHeaderBytes) {
    throw Error(ErrorKind::notADatabase,
                "\"" + path + "\" is not an SQLite database: " + whatElse(header));
  }
  const auto readVersion = static_cast<unsigned char>(header[19]);
  if (readVersion > 2) {
    throw Error(ErrorKind::notADatabase, "\"" + path + "\" has a file format of a newer SQLite (" +
                                             std::to_string(readVersion) + ")");
  }
  const std::int64_t walBytes = sizeOf(file.realPath + "-wal");
  file.walMode = readVersion == 2;
  file.hasWal = walBytes > 0;
  file.hasJournal = sizeOf(file.realPath + "-journal") > 0;
  file.bytes = sizeOf(file.realPath) + walBytes;
  if (file.walMode && !file.hasWal) {  // Reading makes an empty one, so absent and empty are alike.
    file.notes.emplace_back(
        "the database is in WAL mode and has no -wal file with content beside it: that is right if "
        "the application was stopped cleanly, otherwise copy the -wal file too");
  }
  if (!file.walMode && file.hasWal) {
    file.notes.emplace_back("a -wal file lies beside a database that is not in WAL mode");
  }
  return file;
}

}  // namespace repot::sqlite
