// A private copy of the source, so that a rehearsal can write to it and fence it off.
#pragma once

#include "engine/run/progress.hpp"

#include <repot/sqlite/bulk.hpp>

#include <string>

namespace repot::migrate {

/// Copies the snapshot of `source` into the file `path`, which is made with the mode 0600, in the
/// source's journal mode, without a fence or a log of changes. Throws Error.
void copySource(sqlite::SqliteSource& source, const std::string& path, const Progress& progress);

}  // namespace repot::migrate
