// SQLite's result codes as Repot's errors: one table of meanings for every part that calls the C
// API.
#pragma once

#include <repot/error.hpp>

#include <string_view>

struct sqlite3;

namespace repot::sqlite {

/// The kind of failure that an SQLite (extended) result code stands for.
ErrorKind errorKind(int resultCode) noexcept;

/// The last failure of `handle`, with `context` ("reading table \"t\"") in front of its message
/// and, where there is something the user can do, the advice behind it. `handle` may be null (out
/// of memory). Cost: none beside strings. Thread-safety: as the handle.
Error sqliteError(sqlite3* handle, std::string_view context);

/// As above for a code that does not come with a handle.
Error sqliteError(int resultCode, std::string_view message, std::string_view context);

/// For a line of PRAGMA integrity_check or quick_check: throws the failure behind it (resource, …)
/// where it tells of a page that could not be read, which says nothing about what the page holds.
void requireRead(std::string_view problem);

}  // namespace repot::sqlite
