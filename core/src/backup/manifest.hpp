// The manifest of a backup: what is written beside it, as docs/formats/backup.md specifies.
#pragma once

#include "repot/backup.hpp"

#include <string>

namespace repot::backup {

constexpr const char* manifestSuffix = ".json";

std::string manifestText(const Backup& backup);
/// `file` is the backup's. Throws Error(data).
Backup parseManifest(const std::string& text, const std::filesystem::path& file);

/// "20251231T235959Z", as in the names of backups.
std::string stampOf(std::chrono::system_clock::time_point time);

}  // namespace repot::backup
