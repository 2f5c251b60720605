// Whether an SQLite file can have changed since it was looked at last, told without reading it.
#pragma once

#include <string>

namespace repot::migrate {

/// What every transaction of whoever writes to the file changes: size, times and change counter of
/// the file, and of its -wal and the index to that. Two that are equal and not empty: nothing was
/// written between them. Empty where that cannot be told: there is no such file, a rollback journal
/// is hot, or the last write is too near for the clock of the file system.
///
/// To be called before this process opens the file: it reads a few bytes beside SQLite, and closing
/// a file drops the locks that a process has on it.
std::string stateOfFile(const std::string& path);

}  // namespace repot::migrate
