// Files that a person goes on to write in: made together or not at all, and never over one that is
// there.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace repot {

/// Writes files of these names (relative to `folder`, which must be there; folders below it are
/// made) and texts, and returns their paths. Throws Error(resource) where one is there already or
/// cannot be written, and then leaves nothing behind.
std::vector<std::filesystem::path> writeNewFiles(
    const std::filesystem::path& folder,
    const std::vector<std::pair<std::string, std::string>>& files);

}  // namespace repot
