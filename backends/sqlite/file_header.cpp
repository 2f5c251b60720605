// See file_header.hpp.
#include <repot/sqlite/errors.hpp>
#include <repot/sqlite/file_header.hpp>
#include <repot/sqlite/writer_handle.hpp>

#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

namespace repot::sqlite {
namespace {

Error cannotOpen(sqlite3* handle, const std::string& path) {
  const int cause = handle == nullptr ? 0 : sqlite3_system_errno(handle);
  if (sqlite3_errcode(handle) == SQLITE_NOMEM || cause == 0)
    return sqliteError(handle, "opening \"" + path + '"');
  return Error(cause == EACCES || cause == EPERM ? ErrorKind::permission : ErrorKind::resource,
               "cannot open \"" + path + "\": " + std::strerror(cause));
}

}  // namespace

std::string readFileHeader(const std::string& path) {
  // An absolute path can be neither ":memory:" nor a URI.
  std::error_code failed;
  const std::string absolute = std::filesystem::absolute(path, failed).string();
  if (failed) throw Error(ErrorKind::resource, "cannot find \"" + path + "\": " + failed.message());
  sqlite3* opened = nullptr;
  const int result =
      sqlite3_open_v2(absolute.c_str(), &opened,
                      SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  const std::unique_ptr<sqlite3, CloseHandle> handle(opened);
  if (result != SQLITE_OK) throw cannotOpen(opened, path);
  // SQLite's own view of the file: nothing but opening has been done with it.
  sqlite3_file* file = nullptr;
  sqlite3_file_control(opened, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  sqlite3_int64 size = 0;
  int failure = file->pMethods->xFileSize(file, &size);
  std::string header(static_cast<std::size_t>(std::clamp<sqlite3_int64>(size, 0, fileHeaderBytes)),
                     '\0');
  if (failure == SQLITE_OK && !header.empty())
    failure = file->pMethods->xRead(file, header.data(), static_cast<int>(header.size()), 0);
  if (failure != SQLITE_OK)
    throw sqliteError(failure, sqlite3_errstr(failure), "reading the header of \"" + path + '"');
  return header;
}

}  // namespace repot::sqlite
