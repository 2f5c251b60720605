// A plain connection through the C API that writes, for work on a whole file beside sessions:
// copies that are being made, and cures.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct sqlite3;

namespace repot::sqlite {

struct CloseHandle {
  void operator()(sqlite3* handle) const noexcept;
};
/// Thread-safety: one thread at a time.
using WriterHandle = std::unique_ptr<sqlite3, CloseHandle>;

/// Opens `path`, taken byte for byte, with SQLite's own defaults. A file that is not there is made
/// where `create`. Throws Error.
WriterHandle openForWriting(const std::string& path, bool create = false);

/// Runs statements; what a failure says begins with `context`. Throws Error.
void execute(const WriterHandle& handle, const std::string& sql, std::string_view context);

}  // namespace repot::sqlite
