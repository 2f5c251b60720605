// Changes of a table whose keys a log tells: only the rows of these keys are read, on both sides.
#pragma once

#include "engine/sync/changes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace repot::migrate {

struct LoggedKeys {
  std::vector<std::string> columns;  ///< Of the source, in the order of the plan's key.
  std::string sql;                   ///< SELECT of them from the log.
  /// SQL, true for a row t of the target that Repot wrote: nobody else changed it since.
  std::string ours;
};

/// As findChanges(); the stage exists. `now`: what the target is known to hold, becomes what the
/// source holds. Nothing where that cannot be told by keys alone, as somebody else changed a row of
/// the target, or a key does not name one row: the table has then to be compared as a whole, the
/// stage is empty, and `now` of no use. Throws Error.
std::optional<TableChange> findCapturedChanges(const ChangeTask& task, const LoggedKeys& keys,
                                               PartDigests& now);

}  // namespace repot::migrate
