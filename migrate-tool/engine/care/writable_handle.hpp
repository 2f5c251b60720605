// A connection that could write, for what SQLite tells only such a one; it writes nothing.
#pragma once

#include <repot/sqlite/writer_handle.hpp>

#include <string>

namespace repot::care {

/// Null where this user may not write the file. Leaves the -wal as it is, also as the last one to
/// close.
sqlite::WriterHandle openWritable(const std::string& path);

}  // namespace repot::care
