// The way back: an SQLite file that holds what PostgreSQL holds now. docs/revert.md is the guide.
#pragma once

#include "engine/run/migrate.hpp"
#include "engine/run/progress.hpp"
#include "engine/run/report.hpp"

#include <repot/url.hpp>

#include <string>

namespace repot::migrate {

/// Copies `sourcePath`, the file that was moved into `target` (or any other of its schema, an empty
/// one too), to `newPath`, and makes its rows equal to the target's. The options are those of the
/// migration. Values that did not change since keep their spelling, objects of the schema are the
/// file's. Both sides are only read; the new file gets its name after it was verified. Throws
/// StageError; there is no new file then.
Report revert(const std::string& sourcePath, const DatabaseUrl& target, const std::string& newPath,
              const MigrateOptions& options, Progress& progress);

}  // namespace repot::migrate
