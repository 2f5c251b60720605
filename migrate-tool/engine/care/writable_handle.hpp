// A connection that could write, for what SQLite tells only such a one; it writes nothing.
#pragma once

#include <memory>
#include <string>

struct sqlite3;

namespace repot::care {

struct CloseHandle {
  void operator()(sqlite3* handle) const noexcept;
};
using WritableHandle = std::unique_ptr<sqlite3, CloseHandle>;

/// Null where this user may not write the file. Leaves the -wal as it is, also as the last one to
/// close.
WritableHandle openWritable(const std::string& path);

}  // namespace repot::care
