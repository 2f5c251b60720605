// See writer_handle.hpp.
#include <repot/sqlite/errors.hpp>
#include <repot/sqlite/writer_handle.hpp>

#include <sqlite3.h>

namespace repot::sqlite {

void CloseHandle::operator()(sqlite3* handle) const noexcept {
  sqlite3_close_v2(handle);
}

WriterHandle openForWriting(const std::string& path, bool create) {
  sqlite3* opened = nullptr;
  const int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE | (create ? SQLITE_OPEN_CREATE : 0);
  const int result = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  WriterHandle handle(opened);
  if (result != SQLITE_OK) throw sqliteError(opened, "opening \"" + path + '"');
  return handle;
}

void execute(const WriterHandle& handle, const std::string& sql, std::string_view context) {
  if (sqlite3_exec(handle.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    throw sqliteError(handle.get(), context).withStatement(sql);
}

}  // namespace repot::sqlite
