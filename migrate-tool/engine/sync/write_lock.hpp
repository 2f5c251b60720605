// Getting SQLite's write lock among writers at full speed.
#pragma once

#include <repot/sqlite/writer_handle.hpp>

#include <chrono>
#include <string_view>

namespace repot::migrate {

/// BEGIN IMMEDIATE, tried every half millisecond: SQLite's own waiting sleeps longer and longer,
/// and others come first. Afterwards the handle waits 30 s for readers. Throws Error(busy) that
/// begins with `context`.
void beginWriting(const sqlite::WriterHandle& handle, std::chrono::milliseconds patience,
                  std::string_view context);

}  // namespace repot::migrate
