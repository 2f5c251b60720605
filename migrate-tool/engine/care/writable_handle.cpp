// See writable_handle.hpp.
#include "engine/care/writable_handle.hpp"

#include <sqlite3.h>

namespace repot::care {

sqlite::WriterHandle openWritable(const std::string& path) {
  sqlite3* opened = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
  sqlite::WriterHandle handle(opened);
  if (result != SQLITE_OK || sqlite3_db_readonly(opened, "main") == 1) return nullptr;
  constexpr int milliseconds = 1000;
  sqlite3_busy_timeout(opened, milliseconds);
  // The last one to close would otherwise empty and remove the -wal file.
  sqlite3_db_config(opened, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  return handle;
}

}  // namespace repot::care
