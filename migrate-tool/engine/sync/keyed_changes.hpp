// Changes of a table whose key is no integer, by what it held at the last round of this process:
// only the rows that changed are read from the target, by their keys.
#pragma once

#include "engine/sync/changes.hpp"

#include <optional>

namespace repot::migrate {

/// As findChanges(), from task.before to task.now. Nothing where the target is not as it was: then
/// all of it has to be compared. Fills the stage in any case.
std::optional<TableChange> findKeyedChanges(const ChangeTask& task);

}  // namespace repot::migrate
